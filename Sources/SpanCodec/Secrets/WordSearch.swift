import CByteScan

/// Looks for many words of three bytes at once, at the speed at which bytes are read.
struct WordSearch: Sendable {
    typealias Word = (UInt8, UInt8, UInt8)

    /// For eight groups of words, and for another eight: for each of the three places, which groups may have a byte with
    /// that lower half there (16), and with that upper half (16).
    private var masks = [UInt8](repeating: 0, count: 2 * 96)
    /// The hashes of the words, a bit each.
    private var hashes = [UInt8](repeating: 0, count: 4096)

    /// A longer word that begins like one of them and is none: as eight bytes of memory, and which of them count.
    private let passed: (word: UInt64, mask: UInt64)

    /// Makes a search for these words, exactly as they are written.
    ///
    /// - Parameter passing: what stands very often, begins like one of them and is none; one to eight bytes.
    init(_ words: [Word], passing: String) {
        passed = Self.memory(passing)
        var groups = [WordGroup](repeating: WordGroup(), count: 16)
        // Words of letters that are frequent in text first, so that each finds a group of its own kind.
        for word in words.sorted(by: { WordGroup.frequency($0) > WordGroup.frequency($1) }) {
            let hash = Int(Self.hash(word))
            hashes[hash >> 3] |= 1 << UInt8(hash & 7)
            let costs = groups.map { $0.joined(by: word).frequency - $0.frequency }
            let cheapest = costs.indices.min { costs[$0] < costs[$1] } ?? 0
            groups[cheapest] = groups[cheapest].joined(by: word)
        }
        for (number, group) in groups.enumerated() { take(group, number) }
    }

    private static func memory(_ text: String) -> (word: UInt64, mask: UInt64) {
        var (word, mask): (UInt64, UInt64) = (0, 0)
        for (index, byte) in text.utf8.prefix(8).enumerated() {
            word |= UInt64(byte) << UInt64(8 * index)
            mask |= 0xFF << UInt64(8 * index)
        }
        return (UInt64(littleEndian: word), UInt64(littleEndian: mask))
    }

    private mutating func take(_ group: WordGroup, _ number: Int) {
        for place in 0..<3 {
            for half in 0..<16 {
                let base = number / 8 * 96 + place * 32 + half
                let bit = UInt8(1) << UInt8(number % 8)
                if group.low[place] >> UInt16(half) & 1 == 1 { masks[base] |= bit }
                if group.high[place] >> UInt16(half) & 1 == 1 { masks[base + 16] |= bit }
            }
        }
    }

    /// A number below 2¹⁵ that is the same for the same word.
    static func hash(_ word: Word) -> UInt32 {
        bytescan_word_hash(UInt32(word.0), UInt32(word.1), UInt32(word.2))
    }

    /// Where one of the words, or by chance something else, stands next at or after `from`.
    @inline(__always)
    func next(in bytes: UnsafeRawBufferPointer, from: Int) -> Int? {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), from < bytes.count else { return nil }
        let place = masks.withUnsafeBufferPointer { masks in
            hashes.withUnsafeBufferPointer { hashes in
                let words = bytescan_words(
                    masks: masks.baseAddress, words: hashes.baseAddress, passed: passed.word, passed_mask: passed.mask)
                return bytescan_next_word(words, base, from, bytes.count)
            }
        }
        return place < bytes.count ? place : nil
    }
}

/// Words that are looked for together: it passes whatever has, at each place, a lower half and an upper half that one of them
/// has there.
private struct WordGroup {
    private(set) var low: [UInt16] = [0, 0, 0]
    private(set) var high: [UInt16] = [0, 0, 0]
    /// How often it passes something, in no unit.
    private(set) var frequency = 0.0

    func joined(by word: WordSearch.Word) -> WordGroup {
        var group = self
        for (place, byte) in [word.0, word.1, word.2].enumerated() {
            group.low[place] |= 1 << UInt16(byte & 15)
            group.high[place] |= 1 << UInt16(byte >> 4)
        }
        group.frequency = (0..<3).reduce(1) { $0 * group.frequency(at: $1) }
        return group
    }

    private func frequency(at place: Int) -> Double {
        var sum = 0.0
        for upper in 0..<16 where high[place] >> UInt16(upper) & 1 == 1 {
            for lower in 0..<16 where low[place] >> UInt16(lower) & 1 == 1 {
                sum += Self.frequencies[upper << 4 | lower]
            }
        }
        return sum
    }

    static func frequency(_ word: WordSearch.Word) -> Double {
        frequencies[Int(word.0)] * frequencies[Int(word.1)] * frequencies[Int(word.2)]
    }

    /// How often each byte stands in JSON and in prose, roughly.
    private static let frequencies: [Double] = (0...255).map { (byte: UInt8) in
        switch byte {
        case 0x20: 14
        case _ where "etaoinsr".utf8.contains(byte): 7
        case _ where byte.isLowerCase: 3
        case _ where "\"_:,\\".utf8.contains(byte): 3
        case _ where byte.isDigit: 2
        case _ where ".-".utf8.contains(byte): 1
        case 0x21..<0x7F: 0.4
        default: 0.2
        }
    }
}
