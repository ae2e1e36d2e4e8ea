/// Which words are looked for together (``WordSearch``), in small letters.
///
/// A group passes whatever has, at each place, a byte that one of its words has there. So words stand together that are alike,
/// and words of letters that are frequent stand alone. The groups were found by trying: in spans, prose and code they pass
/// one place in eighty (`Tests/EndToEnd/word_groups.py`). A word that is missing here is found all the same, in a group by
/// chance.
enum WordGroups {
    static let all: [[String]] = [
        ["--b", "h-k", "i-k", "ike", "oke", "s-k", "sk-", "sk2", "ska", "skd", "ske", "xke", "y-1"],
        ["\\u0", "erk", "k_l", "lx-", "oy2"],
        ["in_", "r-k", "rer", "ret", "rnd", "tn_"],
        ["e2b", "ey-", "ey=", "hu_", "onk", "ul-"],
        ["_va", "cca", "lsv", "sg.", "sia", "sk8", "sk9", "ssw", "sva"],
        [":aa", "gla", "glc", "gld", "glf", "glp", "glr", "gls", "goc", "gsk", "whs"],
        ["dap", "eza", "tke", "tt3"],
        [
            "1//", "://", "bia", "ca_", "h_k", "ho_", "kia", "kie", "r_k", "rk_", "s__", "s_k", "sk3", "sk5", "sk_",
            "skc", "ssk",
        ],
        ["a29", "ai-", "ak-", "at_", "gd_"],
        ["flm", "i k", "ig=", "na_", "ng-", "ngk", "r8_", "ypi"],
        ["iza", "sbp", "sk0", "sk1", "sk4", "sk6", "sk7", "skb", "skf"],
        ["aiz", "asi", "e-k", "e_k", "eyj", "i_k", "n-k", "n_k", "t-k", "t_k", "tek"],
        ["k_t", "nat", "shp", "snt", "sph", "sq0"],
        ["fpa", "fw_", "hf_", "hp_", "hr_", "hs_", "vly"],
        ["fc-", "gli", "gni", "v1_", "vap", "vs.", "xap", "xox"],
        [":\\/", "pa-", "pa_", "phx", "pm_", "pwd", "thk"],
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
