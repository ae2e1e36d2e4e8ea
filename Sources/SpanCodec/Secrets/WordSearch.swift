import CByteScan

/// Looks for many words at once by three bytes of each, at the speed at which bytes are read.
struct WordSearch: Sendable {
    typealias Word = (UInt8, UInt8, UInt8)

    /// A word in one way of writing it, and where its three bytes stand.
    struct Anchored {
        var word: [UInt8]
        var anchor: Int
        /// Whether the rest of it may be written in any case.
        var ignoresCase: Bool

        var bytes: Word { (word[anchor], word[anchor + 1], word[anchor + 2]) }
    }

    /// For eight groups of words, and for another eight, sixteen bytes for each of four things that are looked at: which groups
    /// may have a byte there whose lower half is that.
    private var masks = [UInt8](repeating: 0, count: 2 * 64)
    /// At the hash of each word's three bytes, what must stand around them.
    private var hashes = [UInt8](repeating: 0, count: Int(BYTESCAN_WORD_HASHES))
    /// What must stand around the three bytes; the first is no word's.
    private var surroundings = [bytescan_surroundings(bytes: 0, mask: 0)]

    /// What makes one of the words none.
    private let exceptions: [bytescan_exception]

    /// Makes a search for these words.
    ///
    /// - Parameter exceptions: What stands very often around the three bytes of one and makes it none: at most eight bytes, and
    ///   how far from the first of the three they begin.
    init(_ words: [Anchored], but exceptions: [(text: String, at: Int32)]) {
        self.exceptions = exceptions.map { exception in
            let (word, mask) = Self.memory(Array(exception.text.utf8))
            return bytescan_exception(bytes: word, mask: mask, offset: exception.at)
        }
        for word in words {
            take(word, around: Self.surroundings(of: word))
            take(word.bytes, WordGroups.number(of: word.bytes))
        }
    }

    /// The bytes as they lie in memory, and which of a word's eight bytes they are.
    private static func memory(_ bytes: [UInt8]) -> (word: UInt64, mask: UInt64) {
        var (word, mask): (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.prefix(8).enumerated() {
            word |= UInt64(byte) << UInt64(8 * index)
            mask |= 0xFF << UInt64(8 * index)
        }
        return (UInt64(littleEndian: word), UInt64(littleEndian: mask))
    }

    /// What of a word stands in the eight bytes that begin two before its three.
    private static func surroundings(of word: Anchored) -> bytescan_surroundings {
        var (bytes, mask): ([UInt8], [UInt8]) = ([], [])
        for place in word.anchor - 2..<word.anchor + 6 {
            let byte = word.word.indices.contains(place) ? word.word[place] : nil
            bytes.append(byte ?? 0)
            mask.append(byte.map { word.ignoresCase && $0.isLetter ? 0xDF : 0xFF } ?? 0)
        }
        let counting = memory(mask).word
        return bytescan_surroundings(bytes: memory(bytes).word & counting, mask: counting)
    }

    /// Words with the same hash share what is the same around them.
    private mutating func take(_ word: Anchored, around new: bytescan_surroundings) {
        let hash = Int(Self.hash(word.bytes))
        var number = Int(hashes[hash])
        if number == 0 {
            number = surroundings.firstIndex { $0.bytes == new.bytes && $0.mask == new.mask } ?? 0
        }
        if number == 0 { number = added(new) }
        hashes[hash] = UInt8(number)
        let old = surroundings[number]
        surroundings[number].mask = old.mask & new.mask & ~(old.bytes ^ new.bytes)
    }

    private var isFull: Bool { surroundings.count > Int(UInt8.max) }

    /// The number of new surroundings. The last that there is room for asks for nothing, and serves all that come after it.
    private mutating func added(_ new: bytescan_surroundings) -> Int {
        guard !isFull else { return surroundings.count - 1 }
        let isLast = surroundings.count == Int(UInt8.max)
        surroundings.append(isLast ? bytescan_surroundings(bytes: 0, mask: 0) : new)
        return surroundings.count - 1
    }

    private mutating func take(_ word: Word, _ group: Int) {
        let middle = (UInt16(word.1) + UInt16(word.2) + 1) / 2
        for (place, byte) in [UInt16(word.0), UInt16(word.1), UInt16(word.2), middle].enumerated() {
            masks[group / 8 * 64 + place * 16 + Int(byte & 15)] |= 1 << UInt8(group % 8)
        }
    }

    /// A number below `BYTESCAN_WORD_HASHES` that is the same for the same word.
    static func hash(_ word: Word) -> UInt32 {
        bytescan_word_hash(UInt32(word.0), UInt32(word.1), UInt32(word.2))
    }

    /// Where the three bytes of one of the words, or by chance something else, stand next at or after `from`.
    @inline(__always)
    func next(in bytes: UnsafeRawBufferPointer, from: Int) -> Int? {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), from < bytes.count else { return nil }
        let place = masks.withUnsafeBufferPointer { masks in
            hashes.withUnsafeBufferPointer { hashes in
                surroundings.withUnsafeBufferPointer { surroundings in
                    exceptions.withUnsafeBufferPointer { exceptions in
                        var words = bytescan_words(
                            masks: masks.baseAddress, hashes: hashes.baseAddress,
                            surroundings: surroundings.baseAddress, exceptions: exceptions.baseAddress,
                            exception_count: exceptions.count)
                        return bytescan_next_word(&words, base, from, bytes.count)
                    }
                }
            }
        }
        return place < bytes.count ? place : nil
    }
}
