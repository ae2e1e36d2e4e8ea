/// Whether the letters of a query occur in a text in their order, and how well.
enum FuzzyMatch {
    /// A higher score is a better match; `nil` when there is none. Letter case is ignored. A run of neighbours and a
    /// letter that begins a word count more; every letter skipped counts a little less.
    static func score(_ query: String, in text: String) -> Int? {
        let wanted = query.lowercased().filter { $0 != " " }
        let given = Array(text.lowercased())
        if wanted.isEmpty { return 0 }
        let letters = Array(wanted)
        var best: Int?
        for start in given.indices where given[start] == letters[0] {
            guard let score = score(letters, in: given, from: start) else { break }
            best = max(best ?? Int.min, score)
        }
        return best
    }

    private static func score(_ letters: [Character], in given: [Character], from start: Int) -> Int? {
        var score = 0
        var position = start
        var previous: Int?
        for letter in letters {
            guard let found = given[position...].firstIndex(of: letter) else { return nil }
            if let previous {
                score += found == previous + 1 ? 6 : -min(3, found - previous - 1)
            }
            if found == 0 || !(given[found - 1].isLetter || given[found - 1].isNumber) { score += 8 }
            score += 2
            previous = found
            position = found + 1
        }
        return score - start / 8
    }
}
