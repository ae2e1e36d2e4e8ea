internal import CZlib

/// Inflates a stream piece by piece into buffers the caller owns, so that memory stays bounded whatever comes out.
///
/// A gzip stream may have several members; zero bytes after the last are padding and ignored, anything else there is an
/// error. One inflater may be used again after ``reset()``, which keeps its buffers.
///
/// `@unchecked Sendable`: the z_stream is reachable through this value alone, the value cannot be copied, and everything
/// that touches the stream is `mutating`, so only one thread at a time can.
public struct Inflater: ~Copyable, @unchecked Sendable {
    /// What one step did.
    public struct Progress: Hashable, Sendable {
        /// Bytes taken from the input.
        public var consumed: Int
        /// Bytes written to the output.
        public var produced: Int
    }

    private enum Place {
        case betweenMembers
        case insideMember
        case padding
    }

    /// zlib keeps a pointer back to its z_stream, so the stream must not move: it lives on the heap.
    private let stream: UnsafeMutablePointer<z_stream>
    private let format: GzipFormat
    private let outputLimit: Int
    private let dictionary: [UInt8]
    private var place = Place.betweenMembers
    private var members = 0
    private var totalOut = 0

    /// Makes an inflater that gives at most `outputLimit` bytes. A preset dictionary must be the one that was used to
    /// deflate.
    public init(_ format: GzipFormat = .gzip, outputLimit: Int = .max, dictionary: [UInt8] = []) throws(GzipError) {
        self.format = format
        self.outputLimit = outputLimit
        self.dictionary = dictionary
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let windowBits = format.windowBits(15)
        guard inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .outOfMemory
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Forgets everything read so far and is ready for another stream.
    public mutating func reset() {
        inflateReset(stream)
        place = .betweenMembers
        members = 0
        totalOut = 0
    }

    /// Whether the stream may end here: after a whole member, or before the first.
    public var isAtBoundary: Bool { place != .insideMember }

    /// Takes some of `input` and fills some of `output`. Call again with the rest of the input, and with room in the
    /// output, until nothing moves; output may still come after the last input byte was taken.
    public mutating func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(GzipError) -> Progress {
        var progress = Progress(consumed: 0, produced: 0)
        while progress.produced < output.count {
            let rest = UnsafeRawBufferPointer(rebasing: input[progress.consumed...])
            if place != .insideMember {
                guard try startMember(rest, &progress) else { break }
                continue
            }
            let room = UnsafeMutableRawBufferPointer(rebasing: output[progress.produced...])
            let moved = try inflateSome(rest, into: room)
            progress.consumed += moved.consumed
            progress.produced += moved.produced
            if place == .insideMember, moved.consumed == 0, moved.produced == 0 { break }
        }
        return progress
    }

    /// Throws ``GzipError/truncated`` unless a whole stream came.
    public func checkEnd() throws(GzipError) {
        guard isAtBoundary, members > 0 else { throw .truncated }
    }

    /// Between members: steps over padding, or begins the next member. False when the input is used up.
    private mutating func startMember(
        _ rest: UnsafeRawBufferPointer, _ progress: inout Progress
    ) throws(GzipError) -> Bool {
        guard let first = rest.first else { return false }
        if members > 0 {
            if first == 0 {
                place = .padding
                progress.consumed += 1
                return true
            }
            guard format == .gzip, place == .betweenMembers else {
                throw .corrupt("there are bytes after its end")
            }
            inflateReset(stream)
        }
        if format == .raw, !dictionary.isEmpty {
            inflateSetDictionary(stream, dictionary, uInt(dictionary.count))
        }
        place = .insideMember
        return true
    }

    private mutating func inflateSome(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(GzipError) -> Progress {
        // One byte more than the limit is asked for: getting it proves that the limit is exceeded.
        let allowed = outputLimit == .max ? output.count : min(output.count, outputLimit - totalOut + 1)
        let given = uInt(clamping: input.count)
        let room = uInt(clamping: allowed)
        // zlib does not write through next_in; the C type only lacks the const.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = given
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = room
        var code = inflate(stream, Z_NO_FLUSH)
        if code == Z_NEED_DICT, !dictionary.isEmpty {
            guard inflateSetDictionary(stream, dictionary, uInt(dictionary.count)) == Z_OK else {
                throw .corrupt("it was made with another dictionary")
            }
            code = inflate(stream, Z_NO_FLUSH)
        }
        let progress = Progress(
            consumed: Int(given - stream.pointee.avail_in), produced: Int(room - stream.pointee.avail_out))
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
        totalOut += progress.produced
        guard totalOut <= outputLimit else { throw .limitExceeded(limit: outputLimit) }
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            members += 1
            place = .betweenMembers
        case Z_MEM_ERROR: throw .outOfMemory
        case Z_NEED_DICT: throw .corrupt("it needs a dictionary")
        default: throw .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)")
        }
        return progress
    }
}

extension Inflater {
    /// Inflates all of `input`, handing out what comes in pieces of at most `pieceSize` bytes. The pieces are valid only
    /// inside the call.
    public mutating func write(
        _ input: [UInt8], pieceSize: Int = 65_536, each: (UnsafeRawBufferPointer) -> Void
    ) throws(GzipError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        while true {
            let progress = try input.withUnsafeBufferPointer { bytes throws(GzipError) in
                try step(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[offset...])), into: buffer)
            }
            offset += progress.consumed
            if progress.produced > 0 { each(UnsafeRawBufferPointer(rebasing: buffer[..<progress.produced])) }
            if progress.produced == 0, progress.consumed == 0 || offset == input.count { return }
        }
    }

    /// Inflates a whole stream that is in memory. The inflater is ready for another one afterwards.
    public mutating func inflated(_ input: [UInt8], expecting: Int = 0) throws(GzipError) -> [UInt8] {
        reset()
        var output: [UInt8] = []
        var offset = 0
        var chunk = max(256, expecting > 0 ? expecting + 1 : input.count &* 4)
        while true {
            var progress = Progress(consumed: 0, produced: 0)
            var failure: GzipError?
            let start = output.count
            let piece = [UInt8](unsafeUninitializedCapacity: chunk) { room, count in
                do throws(GzipError) {
                    progress = try input.withUnsafeBufferPointer { bytes throws(GzipError) in
                        try step(
                            UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[offset...])),
                            into: UnsafeMutableRawBufferPointer(room))
                    }
                } catch {
                    failure = error
                }
                count = progress.produced
            }
            if let failure { throw failure }
            offset += progress.consumed
            if start == 0 { output = piece } else { output.append(contentsOf: piece) }
            if progress.produced < chunk, offset == input.count || progress.consumed == 0 { break }
            chunk = min(chunk &* 2, 1 << 20)
        }
        try checkEnd()
        return output
    }
}

/// Inflates a whole stream that is in memory, to at most `limit` bytes.
public func inflated(
    _ bytes: [UInt8], _ format: GzipFormat = .gzip, limit: Int = .max, dictionary: [UInt8] = []
) throws(GzipError) -> [UInt8] {
    var inflater = try Inflater(format, outputLimit: limit, dictionary: dictionary)
    return try inflater.inflated(bytes)
}
