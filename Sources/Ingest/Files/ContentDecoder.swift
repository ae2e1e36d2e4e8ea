internal import Gzip

/// The inflated content of a stream of bytes that may be gzip: the first two bytes say.
struct ContentDecoder: ~Copyable {
    private enum Mode {
        case unknown([UInt8])
        case plain
        case gzip
    }

    private var mode = Mode.unknown([])
    private var inflater: Inflater?
    private var compressed: [UInt8] = []
    private var taken = 0

    init() {}

    /// Whether what comes is inflated; `nil` before two bytes came.
    var isCompressed: Bool? {
        switch mode {
        case .unknown: nil
        case .plain: false
        case .gzip: true
        }
    }

    /// Whether bytes are waiting to be inflated.
    var hasPending: Bool { taken < compressed.count || isFull }
    private var isFull = false
    private var isBetweenMembers = true

    /// Whether the stream may end here: plain text may anywhere, gzip between members.
    var isAtBoundary: Bool {
        switch mode {
        case .unknown, .plain: true
        case .gzip: !hasPending && isBetweenMembers
        }
    }

    /// Takes bytes of the file and gives content, at most about `most` bytes of it; call again with nothing while
    /// ``hasPending``.
    mutating func decode(_ bytes: [UInt8], most: Int) throws(GzipError) -> [UInt8] {
        switch mode {
        case .plain: return bytes
        case .gzip:
            append(bytes)
            return try inflate(most)
        case .unknown(let before):
            let all = before + bytes
            guard all.count >= 2 else {
                mode = .unknown(all)
                return []
            }
            guard all[0] == 0x1F, all[1] == 0x8B else {
                mode = .plain
                return all
            }
            mode = .gzip
            inflater = try Inflater(.gzip)
            append(all)
            return try inflate(most)
        }
    }

    /// What is left of a stream that ended before two bytes came, or the proof that a gzip stream is cut.
    mutating func finish() throws(GzipError) -> [UInt8] {
        switch mode {
        case .unknown(let bytes):
            mode = .plain
            return bytes
        case .plain: return []
        case .gzip:
            guard isAtBoundary else { throw .truncated }
            return []
        }
    }

    private mutating func append(_ bytes: [UInt8]) {
        // What is left is not moved for each piece that comes out of it.
        if taken > 0, !bytes.isEmpty || taken == compressed.count {
            compressed.removeFirst(taken)
            taken = 0
        }
        if compressed.isEmpty { compressed = bytes } else { compressed += bytes }
    }

    private mutating func inflate(_ most: Int) throws(GzipError) -> [UInt8] {
        guard var inflater = inflater.take() else { return [] }
        var failure: GzipError?
        var taken = taken
        let output = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            do throws(GzipError) {
                let progress = try compressed.withUnsafeBufferPointer { bytes throws(GzipError) in
                    try inflater.step(
                        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[taken...])),
                        into: UnsafeMutableRawBufferPointer(buffer))
                }
                taken += progress.consumed
                count = progress.produced
            } catch {
                count = 0
                failure = error
            }
        }
        isBetweenMembers = inflater.isAtBoundary
        self.inflater = consume inflater
        if let failure { throw failure }
        self.taken = taken
        isFull = output.count == most
        return output
    }
}
