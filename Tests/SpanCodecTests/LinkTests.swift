import OrderedJSON
import SpanCodec
import Testing
import TraceModel

@Suite struct `Links` {
    private func detail(_ links: String) throws -> SpanDetail {
        let span =
            #"{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","startTimeUnixNano":1,"links":\#(links)}"#
        let body = #"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(span)]}]}]}"#
        let batch = try SpanDecoder().decodeTraces(Array(body.utf8), encoding: .json)
        return try PayloadDecoder().detail(of: #require(batch.spans.first).payload)
    }

    @Test func `are told with their attributes, their ids as everywhere`() throws {
        let links = try detail(
            #"[{"traceId":"4BF92F3577B34DA6A3CE929D0E0E4736","spanId":"00F067AA0BA902B7","attributes":[{"key":"why","value":{"stringValue":"retry"}}]},{"traceId":"xyz"}]"#
        ).links
        #expect(
            links == [
                SpanDetail.Link(
                    traceID: "4bf92f3577b34da6a3ce929d0e0e4736", spanID: "00f067aa0ba902b7",
                    attributes: AttributeMap([.init("why", .string("retry"))]))
            ])
    }

    @Test func `that are none are none`() throws {
        #expect(try detail("[]").links == [])
        #expect(try detail("null").links == [])
    }

    @Test func `of a record are told with its events`() throws {
        var made = FallomRecord(
            configKey: "app", sessionID: "s", traceID: "t", spanID: "1", name: "n",
            startTime: Timestamp(unixNanoseconds: 1_000_000_000), endTime: Timestamp(unixNanoseconds: 2_000_000_000))
        made.attributes = [
            JSONMember(
                "fallom.links", [["trace_id": "t2", "span_id": "2", "attributes": ["why": "retry"]], ["x": 1]]),
            JSONMember(
                "fallom.events", [["name": "miss", "time_unix_nano": "1500000000", "attributes": ["key": "k"]]]),
        ]
        let batch = try SpanDecoder().decodeTraces(made.encoded(), encoding: .json)
        let detail = try PayloadDecoder().detail(of: #require(batch.spans.first).payload)
        let why = AttributeMap([.init("why", .string("retry"))])
        #expect(detail.links == [SpanDetail.Link(traceID: "t2", spanID: "2", attributes: why)])
        #expect(detail.events.map(\.name) == ["miss"])
        #expect(detail.events.first?.time == Timestamp(unixNanoseconds: 1_500_000_000))
        #expect(detail.events.first?.attributes == AttributeMap([.init("key", .string("k"))]))
    }

    @Test func `come by protobuf too`() throws {
        func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }
        let trace = [UInt8](repeating: 0x0A, count: 16)
        let id = [UInt8](repeating: 0x0B, count: 8)
        let link = field(1, trace.map { $0 + 1 }) + field(2, id.map { $0 + 1 })
        let start: [UInt8] = [7 << 3 | 1, 1, 0, 0, 0, 0, 0, 0, 0]
        let span = field(1, trace) + field(2, id) + start + field(13, link)
        let batch = try SpanDecoder().decodeTraces(field(1, field(2, field(2, span))), encoding: .protobuf)
        let detail = try PayloadDecoder().detail(of: #require(batch.spans.first).payload)
        #expect(detail.links.map(\.traceID) == [String(repeating: "0b", count: 16)])
        #expect(detail.links.map(\.spanID) == [String(repeating: "0c", count: 8)])
    }
}
