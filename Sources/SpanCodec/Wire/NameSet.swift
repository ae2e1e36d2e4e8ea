/// A set of up to 512 name ids that is made once and asked for every span, in eight machine words.
struct NameSet: Sendable {
    /// How many ids there can be.
    static let capacity = 512
    /// How many words hold them.
    static let wordCount = capacity / 64
    private var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)

    /// Adds an id.
    mutating func insert(_ id: UInt16) {
        withUnsafeMutableBytes(of: &words) { bytes in
            bytes.bindMemory(to: UInt64.self)[Int(id >> 6)] |= 1 << UInt64(id & 63)
        }
    }

    /// Adds all ids of another set.
    mutating func formUnion(_ other: NameSet) {
        for id in 0..<UInt16(Self.capacity) where other.contains(id) { insert(id) }
    }

    private func contains(_ id: UInt16) -> Bool {
        withUnsafeBytes(of: words) { $0.bindMemory(to: UInt64.self)[Int(id >> 6)] & 1 << UInt64(id & 63) != 0 }
    }

    /// Whether one of its ids is in those words.
    @inline(__always)
    func intersects(_ other: UnsafePointer<UInt64>) -> Bool {
        let first = (words.0 & other[0]) | (words.1 & other[1]) | (words.2 & other[2]) | (words.3 & other[3])
        let second = (words.4 & other[4]) | (words.5 & other[5]) | (words.6 & other[6]) | (words.7 & other[7])
        return first | second != 0
    }
}

/// The ids of the names that one span has: the same words in memory of their own, where one is reached without the rest.
struct PresentNames: ~Copyable {
    private let words: UnsafeMutablePointer<UInt64>

    init() {
        words = .allocate(capacity: NameSet.wordCount)
        words.initialize(repeating: 0, count: NameSet.wordCount)
    }

    deinit {
        words.deallocate()
    }

    /// Forgets all.
    @inline(__always)
    mutating func removeAll() {
        words.update(repeating: 0, count: NameSet.wordCount)
    }

    /// Adds an id.
    @inline(__always)
    mutating func insert(_ id: UInt16) {
        words[Int(id >> 6)] |= 1 << UInt64(id & 63)
    }

    /// Whether an id is there.
    @inline(__always)
    func contains(_ id: UInt16) -> Bool {
        words[Int(id >> 6)] & 1 << UInt64(id & 63) != 0
    }

    /// Whether one of the set is there.
    @inline(__always)
    func intersects(_ set: NameSet) -> Bool { set.intersects(words) }
}
