internal import CZstd

/// Compresses many byte strings one after another, each as a frame of its own, with one set of buffers.
public struct ZstdCompressor: ~Copyable {
    private let context: OpaquePointer

    /// Makes a compressor that is fast rather than thorough.
    public init() throws(ZstdError) {
        guard let context = ZSTD_createCCtx() else { throw .outOfMemory }
        self.context = context
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1)
    }

    deinit { ZSTD_freeCCtx(context) }

    /// A frame of `bytes`; `nil` where it would be no shorter.
    public mutating func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        var isShorter = false
        let frame = [UInt8](unsafeUninitializedCapacity: bytes.count) { room, count in
            let written = bytes.withUnsafeBytes {
                ZSTD_compress2(context, room.baseAddress, room.count, $0.baseAddress, $0.count)
            }
            isShorter = ZSTD_isError(written) == 0 && written < bytes.count
            count = isShorter ? written : 0
        }
        // Room for all of the input would be held with it as long as the frame is.
        return isShorter ? frame.withUnsafeBufferPointer { Array($0) } : nil
    }
}

/// The bytes of one frame whose size is known.
public func zstdInflated(_ frame: [UInt8], size: Int) throws(ZstdError) -> [UInt8] {
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: max(1, size)) { room, count in
        result = frame.withUnsafeBytes { ZSTD_decompress(room.baseAddress, size, $0.baseAddress, $0.count) }
        count = ZSTD_isError(result) == 0 ? result : 0
    }
    guard ZSTD_isError(result) == 0 else { throw .corrupt(String(cString: ZSTD_getErrorName(result))) }
    guard bytes.count == size else { throw .truncated }
    return bytes
}
