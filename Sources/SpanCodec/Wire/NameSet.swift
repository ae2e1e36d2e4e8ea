/// A set of up to 512 name ids, in eight machine words that are compared at once.
struct NameSet: Sendable {
    /// How many ids there can be.
    static let capacity = 512
    private var words = SIMD8<UInt64>.zero

    /// Adds an id.
    @inline(__always)
    mutating func insert(_ id: UInt16) {
        words[Int(id >> 6)] |= 1 << UInt64(id & 63)
    }

    /// Whether an id is in the set.
    @inline(__always)
    func contains(_ id: UInt16) -> Bool {
        words[Int(id >> 6)] & 1 << UInt64(id & 63) != 0
    }

    /// Adds all ids of another set.
    mutating func formUnion(_ other: NameSet) { words |= other.words }

    /// Whether both sets share an id.
    @inline(__always)
    func intersects(_ other: NameSet) -> Bool {
        words & other.words != .zero
    }
}
