/// Which words are looked for together (``WordSearch``), in small letters.
///
/// A group passes whatever has, at each place, a byte that one of its words has there. So words stand together that are alike,
/// and words of letters that are frequent stand alone. The groups were found by trying: in spans of every wire form, prose and
/// code they pass one place in a hundred (`Tests/EndToEnd/word_groups.py`). A word that is missing here is found all the same,
/// in a group by chance.
enum WordGroups {
    static let all: [[String]] = [
        [
            "h-k", "i-k", "ike", "lx-", "n-k", "ng-", "s-k", "sk-", "sk4", "sk5", "ske", "t-k", "tek", "thk", "tke",
            "xke",
        ],
        ["\\u0", "asi", "k_l", "kie"],
        ["k_t", "phx", "r8_", "ret", "rnd"],
        ["cca", "s_k", "sbp", "sg.", "sk0", "sk1", "sk7", "ssw", "vs."],
        ["e-k", "e2b", "e_k", "erk", "ey-", "ey=", "r-k", "r_k", "rer"],
        ["://", ":\\/", "gld", "glf", "gni", "ho_", "hp_", "s__", "sk6", "skd", "skf", "snt", "sph", "xox"],
        ["_va", "shp", "sk2", "sk3", "skb", "skc", "sq0", "ssk", "sva"],
        ["dap", "h_k", "i_k", "lsv", "n_k", "ngk", "t_k", "xap"],
        ["1//", "ai-", "aiz", "goc", "ig=", "y-1"],
        ["a29", "ak-", "at_", "fw_", "gd_", "gli", "vly"],
        ["bia", "hf_", "kia", "onk", "rk_", "sia", "sk8", "sk9", "sk_", "ska"],
        ["--b", "in_", "pa-", "pm_", "tn_", "tt3", "v1_"],
        ["gla", "glc", "glp", "glr", "gls", "gsk", "hr_", "hs_", "whs"],
        [":aa", "ca_", "eza", "hu_", "iza", "na_", "pa_", "pwd"],
        ["fpa", "i k", "nat", "vap", "ypi"],
        ["eyj", "fc-", "flm", "oke", "oy2", "ul-"],
    ]

    /// The number of each word's group, by its bytes in small letters.
    static let numbers: [[UInt8]: Int] = {
        var numbers: [[UInt8]: Int] = [:]
        for (number, words) in all.enumerated() {
            for word in words { numbers[Array(word.utf8)] = number }
        }
        return numbers
    }()

    /// The group of a word.
    static func number(of word: WordSearch.Word) -> Int {
        numbers[[word.0.lowered, word.1.lowered, word.2.lowered]] ?? Int(WordSearch.hash(word)) % all.count
    }
}
