internal import SystemCalls

/// Who reads next: each file once, in the order in which they had something to read. Every step costs the same, however
/// many wait.
struct FollowTurns {
    private var queue: ArraySlice<FileIdentity> = []
    private var waiting: Set<FileIdentity> = []

    /// Whether a file waits for its turn.
    func contains(_ identity: FileIdentity) -> Bool { waiting.contains(identity) }

    /// Puts a file at the end, unless it waits already.
    mutating func add(_ identity: FileIdentity) {
        if waiting.insert(identity).inserted { queue.append(identity) }
    }

    /// Takes the one whose turn it is.
    mutating func next() -> FileIdentity? {
        guard let identity = queue.popFirst() else { return nil }
        waiting.remove(identity)
        // A slice never gives back what was popped from it; a copy does.
        if queue.startIndex > 4096 { queue = ArraySlice(Array(queue)) }
        return identity
    }
}

/// How far the open files are read, all together. Each file is counted when it was read: looking at all of them for each
/// block would cost the square of their number.
struct FollowProgress {
    /// Bytes read.
    private(set) var read: Int64 = 0
    /// Bytes there are.
    private(set) var total: Int64 = 0

    /// Counts a file as it is now, in the place of what it was counted as before.
    mutating func count(_ file: FollowedFile) {
        remove(file)
        let size = file.file.facts?.size ?? 0
        file.counted = FollowedFile.Counted(read: file.reader.offset, total: max(size, file.reader.offset))
        read += file.counted.read
        total += file.counted.total
    }

    /// Counts a file no more.
    mutating func remove(_ file: FollowedFile) {
        read -= file.counted.read
        total -= file.counted.total
        file.counted = FollowedFile.Counted()
    }
}
