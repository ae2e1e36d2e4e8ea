internal import CZstd

/// Why bytes could not be inflated.
public enum ZstdError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes end inside a frame.
    case truncated
    /// The bytes are not of the format, or a checksum is wrong; the text is the library's own.
    case corrupt(String)
    /// More than `limit` bytes would come out.
    case limitExceeded(limit: Int)
    /// There is no memory for the working buffers.
    case outOfMemory

    /// One sentence for people.
    public var description: String {
        switch self {
        case .truncated: "the compressed data is cut off"
        case .corrupt(let why): "the compressed data is corrupt: \(why)"
        case .limitExceeded(let limit): "the data inflates to more than \(limit) bytes"
        case .outOfMemory: "no memory to inflate the data"
        }
    }
}

/// Inflates whole zstd frames (RFC 8878) that are in memory, to at most `limit` bytes. Frames follow one another; there is
/// at least one. The window is at most the 8 MiB that a sender over HTTP may count on (RFC 9659), so the memory beside the
/// output is bounded.
public func zstdInflated(_ bytes: UnsafeRawBufferPointer, limit: Int = .max) throws(ZstdError) -> [UInt8] {
    guard let stream = ZSTD_createDCtx() else { throw .outOfMemory }
    defer { ZSTD_freeDCtx(stream) }
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, 23)
    var output: [UInt8] = []
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    // What the library wants next; nothing when a frame has ended.
    var wanted = 1
    var piece = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize())
    while true {
        let before = input.pos
        let (result, produced) = piece.withUnsafeMutableBytes { room in
            var out = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
            let result = ZSTD_decompressStream(stream, &out, &input)
            return (result, out.pos)
        }
        guard ZSTD_isError(result) == 0 else { throw .corrupt(String(cString: ZSTD_getErrorName(result))) }
        guard produced <= limit - output.count else { throw .limitExceeded(limit: limit) }
        output.append(contentsOf: piece[..<produced])
        if produced > 0 || input.pos > before { wanted = result }
        // Where a whole piece came out there may be more without more input.
        if input.pos == input.size, produced < piece.count { break }
    }
    guard wanted == 0 else { throw .truncated }
    return output
}
