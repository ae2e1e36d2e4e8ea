internal import CZlib

/// How hard to compress.
public struct DeflateLevel: Hashable, Sendable {
    /// zlib's number, 0 to 9.
    public let rawValue: Int32

    /// Makes a level; values outside 0...9 are brought inside.
    public init(_ value: Int) {
        rawValue = Int32(min(9, max(0, value)))
    }

    /// zlib's own choice.
    public static let standard = DeflateLevel(6)
}

/// Deflates many byte strings one after another with one set of buffers.
///
/// With `forSmallBlobs` the window is 8 KiB and the hash table small: resetting costs about a microsecond instead of
/// clearing 64 KiB, which is what a store that compresses every span's body wants.
///
/// `@unchecked Sendable`: the z_stream is reachable through this value alone, the value cannot be copied, and everything
/// that touches the stream is `mutating`, so only one thread at a time can.
public struct Deflater: ~Copyable, @unchecked Sendable {
    /// zlib keeps a pointer back to its z_stream, so the stream must not move: it lives on the heap.
    private let stream: UnsafeMutablePointer<z_stream>
    private let dictionary: [UInt8]

    /// Makes a deflater. The dictionary (the texts most likely to occur, most likely last, at most 8 KiB for small
    /// blobs and 32 KiB else) is used for zlib and raw, not for gzip, which has no place for one.
    public init(
        _ format: GzipFormat = .gzip, level: DeflateLevel = .standard, dictionary: [UInt8] = [],
        forSmallBlobs: Bool = false
    ) throws(GzipError) {
        self.dictionary = format == .gzip ? [] : dictionary
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let windowBits = format.windowBits(forSmallBlobs ? 13 : 15)
        let memoryLevel: Int32 = forSmallBlobs ? 6 : 8
        let size = Int32(MemoryLayout<z_stream>.size)
        let code = deflateInit2_(
            stream, level.rawValue, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        guard code == Z_OK else { throw .outOfMemory }
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// A whole compressed stream of `input`.
    public mutating func deflated(_ input: [UInt8]) -> [UInt8] {
        input.withUnsafeBytes { deflated($0) }
    }

    /// A whole compressed stream of `input`.
    public mutating func deflated(_ input: UnsafeRawBufferPointer) -> [UInt8] {
        deflateReset(stream)
        if !dictionary.isEmpty { deflateSetDictionary(stream, dictionary, uInt(dictionary.count)) }
        // deflateBound is enough for everything in one call, so that the loop runs once for inputs below 4 GiB.
        let bound = Int(deflateBound(stream, uLong(input.count)))
        var output = run(input, room: bound)
        while output.isUnfinished {
            let more = run(UnsafeRawBufferPointer(rebasing: input[output.consumed...]), room: 1 << 20)
            output.bytes += more.bytes
            output.consumed += more.consumed
            output.isUnfinished = more.isUnfinished
        }
        return output.bytes
    }

    private struct Output {
        var bytes: [UInt8]
        var consumed: Int
        var isUnfinished: Bool
    }

    private mutating func run(_ input: UnsafeRawBufferPointer, room: Int) -> Output {
        let given = uInt(clamping: input.count)
        let flush = Int(given) == input.count ? Z_FINISH : Z_NO_FLUSH
        // zlib does not write through next_in; the C type only lacks the const.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = given
        var code = Z_OK
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            let space = uInt(clamping: buffer.count)
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = space
            code = deflate(stream, flush)
            count = Int(space - stream.pointee.avail_out)
        }
        let consumed = Int(given - stream.pointee.avail_in)
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
        return Output(bytes: bytes, consumed: consumed, isUnfinished: code != Z_STREAM_END)
    }
}

/// A whole compressed stream of `bytes`.
public func deflated(
    _ bytes: [UInt8], _ format: GzipFormat = .gzip, level: DeflateLevel = .standard, dictionary: [UInt8] = []
) throws(GzipError) -> [UInt8] {
    var deflater = try Deflater(format, level: level, dictionary: dictionary)
    return deflater.deflated(bytes)
}
