import Testing
import Zstd

@Suite struct ZstdFramesTests {
    @Test(arguments: [64, 1000, 49_152, 300_000]) func `a frame comes out as what went in`(count: Int) throws {
        let bytes = (0..<count).map { UInt8($0 / 7 % 13) }
        var compressor = try ZstdCompressor()
        let compressed = compressor.compressed(bytes)
        let frame = try #require(compressed)
        #expect(frame.count < bytes.count)
        #expect(try zstdInflated(frame, size: count) == bytes)
        let again = compressor.compressed(bytes)
        #expect(again == frame, "a second time")
    }

    @Test func `what does not shrink is left as it is`() throws {
        var compressor = try ZstdCompressor()
        for bytes in [[], Array("x".utf8)] as [[UInt8]] {
            let frame = compressor.compressed(bytes)
            #expect(frame == nil)
        }
    }

    @Test func `damaged frames and wrong sizes are refused`() throws {
        var compressor = try ZstdCompressor()
        let compressed = compressor.compressed([UInt8](repeating: 7, count: 500))
        let frame = try #require(compressed)
        #expect(throws: ZstdError.self) { try zstdInflated(frame, size: 499) }
        #expect(throws: ZstdError.self) { try zstdInflated(frame, size: 501) }
        #expect(throws: ZstdError.self) { try zstdInflated(Array(frame.dropLast()), size: 500) }
        #expect(throws: ZstdError.self) { try zstdInflated([1, 2, 3], size: 500) }
    }
}
