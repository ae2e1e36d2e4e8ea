import Gzip
import Testing

@Suite struct `Gzip` {
    static let samples: [[UInt8]] = [
        [], [7], Array("hello hello hello hello".utf8), Array(repeating: 0, count: 300_000),
        (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) },
    ]

    @Test(arguments: [GzipFormat.gzip, .zlib, .raw], samples)
    func `what is deflated comes back`(format: GzipFormat, sample: [UInt8]) throws {
        #expect(try inflated(deflated(sample, format), format) == sample)
    }

    @Test(arguments: samples)
    func `several members are one stream, and zero bytes after the last are padding`(sample: [UInt8]) throws {
        let stream = try deflated(sample) + deflated([1, 2, 3]) + [0, 0, 0]
        #expect(try inflated(stream) == sample + [1, 2, 3])
    }

    @Test func `bytes after the end are an error`() throws {
        let stream = try deflated([1, 2, 3])
        #expect(throws: GzipError.self) { try inflated(stream + Array("x".utf8)) }
        #expect(throws: GzipError.self) { try inflated(stream + [0] + stream) }
        #expect(throws: GzipError.self) { try inflated(try deflated([1], .raw) + [9], .raw) }
    }

    @Test(arguments: [GzipFormat.gzip, .zlib, .raw])
    func `a stream cut anywhere is truncated`(format: GzipFormat) throws {
        let stream = try deflated(Array("a stream that will be cut".utf8), format)
        for length in 0..<stream.count {
            #expect(throws: GzipError.truncated) { try inflated(Array(stream[..<length]), format) }
        }
    }

    @Test func `a flipped byte never passes`() throws {
        let text = Array("some text, some more text, some text".utf8)
        let stream = try deflated(text)
        for place in 10..<stream.count {
            var broken = stream
            broken[place] ^= 0x10
            #expect(throws: GzipError.self) { try inflated(broken) }
        }
    }

    @Test func `the limit is exact`() throws {
        let bomb = try deflated(Array(repeating: 0, count: 1_000_000))
        #expect(try inflated(bomb, limit: 1_000_000).count == 1_000_000)
        #expect(throws: GzipError.limitExceeded(limit: 999_999)) { try inflated(bomb, limit: 999_999) }
        #expect(throws: GzipError.limitExceeded(limit: 0)) { try inflated(bomb, limit: 0) }
    }

    @Test(arguments: [1, 2, 7, 1000])
    func `a stream may come in any pieces`(size: Int) throws {
        let text = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let stream = try deflated(text) + deflated(text)
        var inflater = try Inflater()
        var result: [UInt8] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            try inflater.write(Array(stream[start..<min(start + size, stream.count)]), pieceSize: 13) {
                result += Array($0)
            }
        }
        try inflater.checkEnd()
        #expect(result == text + text)
    }

    @Test(arguments: [GzipFormat.zlib, .raw])
    func `contexts with a dictionary are used again and again`(format: GzipFormat) throws {
        let dictionary = Array(#"{"config_key":"session_id":"trace_id":"model":"gpt-4o""#.utf8)
        var deflater = try Deflater(format, level: DeflateLevel(1), dictionary: dictionary, forSmallBlobs: true)
        var inflater = try Inflater(format, dictionary: dictionary)
        for index in 0..<50 {
            let blob = Array(#"{"config_key":"c\#(index)","session_id":"s\#(index)","model":"gpt-4o"}"#.utf8)
            let small = deflater.deflated(blob)
            #expect(small.count < blob.count)
            let back = try inflater.inflated(small, expecting: blob.count)
            #expect(back == blob)
        }
        try inflater.checkEnd()
    }

    @Test func `an inflater recovers from a broken stream`() throws {
        var inflater = try Inflater()
        do {
            _ = try inflater.inflated(Array("not gzip".utf8))
            Issue.record("text passed as gzip")
        } catch {
            #expect(error != .truncated)
        }
        let back = try inflater.inflated(deflated([5]))
        #expect(back == [5])
    }
}
