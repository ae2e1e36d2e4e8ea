/// Why bytes could not be inflated.
public enum GzipError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes end inside a member.
    case truncated
    /// The bytes are not of the format, or a checksum is wrong; the text is zlib's own or ours.
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

/// How deflated bytes are wrapped.
public enum GzipFormat: Hashable, Sendable {
    /// RFC 1952, with a header and a CRC-32; several members may follow one another.
    case gzip
    /// RFC 1950, with a two-byte header and an Adler-32.
    case zlib
    /// RFC 1951 alone: the smallest, for small blobs whose integrity somebody else keeps.
    case raw

    /// What HTTP's `deflate` is in these bytes: RFC 1950 as it is meant to be, or RFC 1951 alone, as some send it.
    public static func ofDeflate(_ bytes: UnsafeRawBufferPointer) -> GzipFormat {
        guard bytes.count >= 2 else { return .zlib }
        let header = Int(bytes[0]) << 8 | Int(bytes[1])
        return bytes[0] & 0x0F == 8 && header % 31 == 0 ? .zlib : .raw
    }

    /// zlib's code for the format with a window of 2^bits bytes.
    func windowBits(_ bits: Int32) -> Int32 {
        switch self {
        case .gzip: bits + 16
        case .zlib: bits
        case .raw: -bits
        }
    }
}
