@_spi(_Unicode) import Swift

/// Text as people compare it: letter case, in every script, and the normal form it is written in do not count.
///
/// Filters and searches compare so, in memory and in every store. Where identity decides (targeting, keys, ids that are
/// joined) bytes are compared instead.
public struct FoldedText: Hashable, Sendable {
    /// The folded text as UTF-8.
    public let bytes: [UInt8]

    /// Folds a text: cases by the full mapping (`ß` is `ss`, the final sigma a sigma), then composed.
    public init(_ text: String) {
        var text = text
        bytes = text.withUTF8(Self.folded)
    }

    /// Whether the other text is in it. Takes time that grows with the two lengths, not with their product.
    public func contains(_ other: FoldedText) -> Bool {
        ByteSearch(other.bytes).first(in: bytes, from: 0) != nil
    }

    private static func folded(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var folded: [UInt8] = []
        folded.reserveCapacity(bytes.count)
        var start = 0
        while start < bytes.count {
            let foreign = bytes[start...].firstIndex { $0 >= 0x80 } ?? bytes.count
            // The character before may be composed with what follows it.
            let plain = foreign == bytes.count ? foreign : max(start, foreign - 1)
            folded.append(contentsOf: bytes[start..<plain].lazy.map(lowered))
            guard foreign < bytes.count else { break }
            start = bytes[foreign...].firstIndex { $0 < 0x80 } ?? bytes.count
            append(String(decoding: bytes[plain..<start], as: UTF8.self), to: &folded)
        }
        return folded
    }

    private static func append(_ text: String, to folded: inout [UInt8]) {
        var lower = ""
        for scalar in text._nfd {
            for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                lower += upper.properties.lowercaseMapping
            }
        }
        for scalar in lower._nfc { folded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter) }
    }

    static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}

/// Finds bytes in others in one pass (Knuth, Morris and Pratt): no text makes it slow.
struct ByteSearch {
    private let needle: [UInt8]
    /// For each place, how long a beginning of the needle ends there besides the one that got so far.
    private let fallback: [Int]

    init(_ needle: [UInt8]) {
        self.needle = needle
        var fallback = [Int](repeating: 0, count: needle.count)
        var matched = 0
        for place in needle.indices.dropFirst() {
            while matched > 0, needle[matched] != needle[place] { matched = fallback[matched - 1] }
            if needle[matched] == needle[place] { matched += 1 }
            fallback[place] = matched
        }
        self.fallback = fallback
    }

    var count: Int { needle.count }

    /// Where the needle first begins at or behind `start`.
    func first(in bytes: [UInt8], from start: Int) -> Int? {
        guard !needle.isEmpty else { return start }
        guard bytes.count - start >= needle.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            needle.withUnsafeBufferPointer { needle in
                fallback.withUnsafeBufferPointer { Self.first(needle, $0, bytes, start) }
            }
        }
    }

    private static func first(
        _ needle: UnsafeBufferPointer<UInt8>, _ fallback: UnsafeBufferPointer<Int>, _ bytes: UnsafeBufferPointer<UInt8>,
        _ start: Int
    ) -> Int? {
        var matched = 0
        var place = start
        while place < bytes.count {
            let byte = bytes[place]
            while matched > 0, needle[matched] != byte { matched = fallback[matched - 1] }
            if needle[matched] == byte { matched += 1 }
            place += 1
            if matched == needle.count { return place - matched }
        }
        return nil
    }
}
