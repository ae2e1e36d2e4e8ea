/// Room for the texts of one span that had to be unescaped; all of it is given back at once.
struct TextArena: ~Copyable {
    private var chunk: UnsafeMutableRawBufferPointer
    private var used = 0
    private var full: [UnsafeMutableRawBufferPointer] = []

    init(capacity: Int) {
        chunk = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        for old in full { old.deallocate() }
        chunk.deallocate()
    }

    /// Room for `count` bytes, good until ``reset()``.
    mutating func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if chunk.count - used < count {
            full.append(chunk)
            chunk = .allocate(byteCount: max(count, chunk.count * 2), alignment: 16)
            used = 0
        }
        defer { used += count }
        return UnsafeMutableRawBufferPointer(rebasing: chunk[used..<used + count])
    }

    /// Gives back the end of the room taken last.
    mutating func giveBack(_ count: Int) { used -= count }

    /// Gives everything back and keeps the largest chunk.
    mutating func reset() {
        used = 0
        guard !full.isEmpty else { return }
        for old in full { old.deallocate() }
        full.removeAll(keepingCapacity: true)
        if chunk.count > 1 << 20 {
            chunk.deallocate()
            chunk = .allocate(byteCount: 1 << 16, alignment: 16)
        }
    }
}
