import CZstd
import Testing
import Zstd

@Suite struct `Zstd inflating` {
    private func compressed(_ bytes: [UInt8], level: Int32 = 3) -> [UInt8] {
        var room = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = ZSTD_compress(&room, room.count, bytes, bytes.count, level)
        return Array(room[..<count])
    }

    private func inflated(_ bytes: [UInt8], limit: Int = .max) throws -> [UInt8] {
        try bytes.withUnsafeBytes { try zstdInflated($0, limit: limit) }
    }

    @Test(arguments: [0, 1, 1000, 131_072, 131_073, 5_000_000])
    func `what was compressed comes out`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        #expect(try inflated(compressed(bytes)) == bytes)
        #expect(try inflated(compressed(bytes) + compressed([1, 2])) == bytes + [1, 2], "frames follow one another")
    }

    @Test func `a limit holds however much would come out`() throws {
        let bomb = compressed([UInt8](repeating: 0, count: 50_000_000))
        #expect(bomb.count < 10_000)
        #expect(throws: ZstdError.limitExceeded(limit: 1_000_000)) { try inflated(bomb, limit: 1_000_000) }
        #expect(try inflated(compressed([1, 2, 3]), limit: 3) == [1, 2, 3])
        #expect(throws: ZstdError.limitExceeded(limit: 2)) { try inflated(compressed([1, 2, 3]), limit: 2) }
    }

    @Test func `what is cut or is not zstd is refused`() throws {
        let whole = compressed(Array("hello hello hello hello".utf8))
        for count in 0..<whole.count {
            #expect(throws: ZstdError.truncated, "\(count) bytes") { try inflated(Array(whole[..<count])) }
        }
        #expect(throws: ZstdError.self) { try inflated(Array("no zstd at all".utf8)) }
        #expect(throws: ZstdError.self) { try inflated(whole + [1]) }
    }

    @Test func `a window beyond what a sender may count on is refused`() throws {
        // A frame of one raw block whose header asks for a window of 1 GiB.
        let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA0, 0x01, 0x00, 0x00]
        #expect(throws: ZstdError.self) { try inflated(frame) }
    }
}
