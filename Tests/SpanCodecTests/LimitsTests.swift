import SpanCodec
import Testing
import TraceModel

/// What is taken once is taken again: the bounds of one wire form are those of the others.
@Suite struct `Limits` {
    /// An `AnyValue` of lists in lists, or of maps in maps.
    private static func nested(_ depth: Int, inMaps: Bool) -> [UInt8] {
        (0..<depth).reduce(Protobuf.field(1, Array("x".utf8))) { inner, _ in
            inMaps
                ? Protobuf.field(6, Protobuf.field(1, Protobuf.field(1, Array("k".utf8)) + Protobuf.field(2, inner)))
                : Protobuf.field(5, Protobuf.field(1, inner))
        }
    }

    private static func request(_ pair: [UInt8], in place: Int) -> [UInt8] {
        var span =
            Protobuf.field(1, [UInt8](repeating: 1, count: 16)) + Protobuf.field(2, [UInt8](repeating: 2, count: 8))
        span += [0x39, 5, 0, 0, 0, 0, 0, 0, 0x10]
        switch place {
        case 0: span += Protobuf.field(9, pair)
        case 1: span += Protobuf.field(11, Protobuf.field(3, pair))
        case 2: span += Protobuf.field(13, Protobuf.field(4, pair))
        default: break
        }
        let resource = place == 3 ? Protobuf.field(1, Protobuf.field(1, pair)) : []
        let scope = place == 4 ? Protobuf.field(1, Protobuf.field(3, pair)) : []
        return Protobuf.field(1, resource + Protobuf.field(2, scope + Protobuf.field(2, span)))
    }

    @Test(arguments: 0...4, [false, true])
    func `a nested value that is stored can be exported and imported`(place: Int, inMaps: Bool) throws {
        var deepest = 0
        for depth in 1...210 {
            let pair = Protobuf.field(1, Array("k".utf8)) + Protobuf.field(2, Self.nested(depth, inMaps: inMaps))
            let batch = try? SpanDecoder().decodeTraces(Self.request(pair, in: place), encoding: .protobuf)
            guard let payload = batch?.spans.first?.payload else {
                if let batch { #expect(batch.rejected.first?.reason.contains("nested deeper") == true) }
                continue
            }
            deepest = depth
            var again = DecodedBatch()
            SpanDecoder().decodeLine(try SpanExport.ndjsonLine(of: payload), into: &again)
            #expect(again.spans.count == 1, "\(depth): \(again.rejected)")
        }
        #expect((20...120).contains(deepest))
    }

    @Test(arguments: ["1677-09-21T00:12:44.000Z", "2262-04-11T23:47:16.854Z"])
    func `times at the ends of what there is are shown`(time: String) throws {
        let moment = try #require(ISO8601.parse(time))
        #expect(ISO8601.string(moment) == time)
        for beyond in [moment.advanced(byNanoseconds: .min), moment.advanced(byNanoseconds: .max)] {
            #expect(ISO8601.string(beyond).count >= 24)
        }
        // Phases in milliseconds since 1970, of a span that began long before.
        let timings = #"{\"phases\":[{\"type\":\"a\",\"startMs\":8999999999999,\"endMs\":8999999999999}]}"#
        let body = record(#""start_time":"\#(time)","end_time":null,"attributes":{"fallom.raw.timings":"\#(timings)"}"#)
        let payload = try #require(try SpanDecoder().decodeTraces(body, encoding: .json).spans.first).payload
        #expect(try PayloadDecoder().detail(of: payload).phases.count <= 1)
    }

    @Test(arguments: ["2262-04-12T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "1600-01-01T00:00:00.000Z"])
    func `times beyond are refused with a sentence`(time: String) {
        var batch = DecodedBatch()
        SpanDecoder().decodeLine(record(#""start_time":"\#(time)""#), into: &batch)
        #expect(batch.spans.isEmpty && batch.rejected.first?.field == "start_time")
        #expect(Timestamp(unixMilliseconds: .max).unixNanoseconds == .max)
        #expect(Timestamp(unixMilliseconds: .min).unixNanoseconds == .min)
    }
}
