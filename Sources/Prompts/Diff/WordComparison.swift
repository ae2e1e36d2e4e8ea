/// Which tokens of two texts stay, told so that a person reads the change: words first, then what stands between those
/// that stay, and no word that stays by mere chance.
struct WordComparison {
    /// A token and the line it is on.
    struct Placed {
        var line: Int
        var token: WordTokens.Token
        /// Equal tokens, byte for byte, have equal numbers.
        var number: Int
        /// What reading it costs: see ``Substance``.
        var substance: Substance
    }

    /// A token of the old text and the same one of the new text.
    struct Pair: Hashable {
        var old: Int
        var new: Int
    }

    /// The tokens that stay, ascending on both sides.
    private(set) var pairs: [Pair] = []
    /// Whether a bound on the work was met.
    private(set) var isCoarse = false

    private let old: [Placed]
    private let new: [Placed]

    init(_ old: [Placed], _ new: [Placed], readably: Bool) {
        self.old = old
        self.new = new
        let oldWords = old.indices.filter { !old[$0].token.isSpace }
        let newWords = new.indices.filter { !new[$0].token.isSpace }
        var script = SequenceDiff(
            oldWords.map { old[$0].number }, newWords.map { new[$0].number }, usesAnchors: false)
        isCoarse = script.isCoarse
        if readably { clean(&script, oldWords, newWords) }
        var (left, right) = (0, 0)
        for run in script.runs where run.isEqual {
            for (oldWord, newWord) in zip(run.old, run.new) {
                compareGap(left..<oldWords[oldWord], right..<newWords[newWord])
                (left, right) = (oldWords[oldWord] + 1, newWords[newWord] + 1)
                pairs.append(Pair(old: left - 1, new: right - 1))
            }
        }
        compareGap(left..<old.count, right..<new.count)
    }

    /// Compares what stands between two words that stay: what is equal from its start and from its end, and line ends.
    private mutating func compareGap(_ oldGap: Range<Int>, _ newGap: Range<Int>) {
        var (oldLow, oldHigh, newLow, newHigh) = (
            oldGap.lowerBound, oldGap.upperBound, newGap.lowerBound, newGap.upperBound
        )
        while oldLow < oldHigh, newLow < newHigh, old[oldLow].number == new[newLow].number {
            pairs.append(Pair(old: oldLow, new: newLow))
            (oldLow, newLow) = (oldLow + 1, newLow + 1)
        }
        var tail: [Pair] = []
        while oldLow < oldHigh, newLow < newHigh, old[oldHigh - 1].number == new[newHigh - 1].number {
            (oldHigh, newHigh) = (oldHigh - 1, newHigh - 1)
            tail.append(Pair(old: oldHigh, new: newHigh))
        }
        let oldEnds = (oldLow..<oldHigh).filter { old[$0].token.kind == .newline }
        let newEnds = (newLow..<newHigh).filter { new[$0].token.kind == .newline }
        for (left, right) in zip(oldEnds, newEnds) where old[left].number == new[right].number {
            pairs.append(Pair(old: left, new: right))
        }
        pairs += tail.reversed()
    }

    // MARK: - What reads well

    /// Moves insertions and removals to where they are whole sentences or phrases, and gives up what stays by chance: a
    /// lone "the" or comma in the middle of a sentence that was written anew helps nobody to read it.
    private func clean(_ script: inout SequenceDiff, _ oldWords: [Int], _ newWords: [Int]) {
        script.slide(oldWords.map { old[$0].number }, newWords.map { new[$0].number }) { isOld, range in
            isOld ? ends(range, oldWords, old) : ends(range, newWords, new)
        }
        script.forgetChances { before, between, after in
            let sizes = (change(before, oldWords, newWords), change(after, oldWords, newWords))
            let staying = between.lazy.filter(\.isEqual).flatMap(\.old).map { old[oldWords[$0]] }
            let areCharacters = staying.allSatisfy { $0.token.standsAlone || $0.token.kind == .punctuation }
            guard min(sizes.0, sizes.1) >= (areCharacters ? 4 : 6) else { return false }
            return staying.reduce(0) { $0 + $1.substance.value } * 4 <= sizes.0 + sizes.1
        }
    }

    /// How much of both texts a change replaces; nothing where it only inserts or only removes.
    private func change(_ run: SequenceDiff.Run, _ oldWords: [Int], _ newWords: [Int]) -> Int {
        min(
            run.old.reduce(0) { $0 + old[oldWords[$1]].substance.size },
            run.new.reduce(0) { $0 + new[newWords[$1]].substance.size })
    }

    /// How well a stretch of words reads as one thing: sentences and lines before phrases.
    private func ends(_ range: Range<Int>, _ words: [Int], _ tokens: [Placed]) -> Int {
        guard let first = range.first, let last = range.last else { return 0 }
        let own = tokens[words[last]]
        let startsLine = first == 0 || tokens[words[first - 1]].line != tokens[words[first]].line
        let endsLine = last + 1 == words.count || tokens[words[last + 1]].line != own.line
        let isBehindSentence = startsLine || tokens[words[first - 1]].substance.endsSentence
        var score = 0
        if own.substance.endsSentence, isBehindSentence { score += 8 }
        if startsLine, endsLine { score += 6 }
        if own.substance.endsPhrase { score += first > 0 && tokens[words[first - 1]].substance.endsPhrase ? 3 : 1 }
        if startsLine || endsLine { score += 1 }
        return score
    }
}

/// What a token weighs for a reader.
struct Substance: Sendable {
    /// What it is worth when it stays: little for marks and short words, which texts share by chance.
    var value: Int
    /// What it adds to a change: a word 2, a character of a script without spaces 1, marks and spaces nothing.
    var size: Int
    /// Whether a sentence ends with it.
    var endsSentence: Bool
    /// Whether a phrase ends with it.
    var endsPhrase: Bool

    init(_ token: WordTokens.Token, _ text: ArraySlice<UInt8>) {
        endsSentence = false
        endsPhrase = false
        switch token.kind {
        case .space, .newline: (value, size) = (0, 0)
        case .placeholder: (value, size) = (8, 2)
        case .word where token.standsAlone: (value, size) = (1, 1)
        case .word: (value, size) = (text.count <= 3 ? 2 : 4, 2)
        case .punctuation:
            (value, size) = (1, 0)
            endsSentence = Self.sentenceEnds.contains { text.elementsEqual($0.utf8) }
            endsPhrase = endsSentence || Self.phraseEnds.contains { text.elementsEqual($0.utf8) }
        }
    }

    private static let sentenceEnds = [".", "!", "?", "…", "。", "！", "？", "।", "؟", "։"]
    private static let phraseEnds = [",", ";", ":", ")", "、", "，", "；", "：", "،", "؛"]
}
