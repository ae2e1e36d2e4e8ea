import NIOCore
import Testing

@testable import Ingest

@Suite struct `gRPC` {
    private func head(
        _ path: String = "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        _ headers: [String: String] = [:], method: String = "POST", version: RequestHead.Version = .http2
    ) -> RequestHead {
        let all = ["content-type": "application/grpc"].merging(headers) { $1 }
        return RequestHead(
            method: method, path: path, query: nil, version: version,
            fields: all.map { RequestHead.Field(name: $0.key, value: $0.value) }, framing: .streamed, keepsAlive: true,
            expectsContinue: false)
    }

    @Test(arguments: [
        ("application/grpc", true), ("application/grpc+proto", true), ("Application/gRPC; v=1", true),
        ("application/grpc+json", false), ("application/grpc-web", false), ("application/x-protobuf", false),
    ])
    func `a call is told by its content type`(type: String, isCall: Bool) {
        #expect(GRPCCall.isCall(head("/x", ["content-type": type])) == isCall)
        #expect(!GRPCCall.isCall(head("/x", ["content-type": type], version: .http11)))
    }

    @Test(arguments: [
        ("trace.v1.TraceService", Route.traces), ("logs.v1.LogsService", .logs),
        ("metrics.v1.MetricsService", .metrics),
    ])
    func `the three services of OTLP are there`(service: String, route: Route) throws {
        let call = try GRPCCall(head("/opentelemetry.proto.collector.\(service)/Export"))
        #expect(call.route == route && call.coding == .identity && call.timeout == nil)
    }

    @Test(arguments: [
        ("/x", [:]), ("/opentelemetry.proto.collector.trace.v1.TraceService/Import", [:]), ("/v1/traces", [:]),
        ("", ["grpc-encoding": "br"]), ("", ["grpc-timeout": "5"]), ("", ["grpc-timeout": "123456789S"]),
        ("", ["grpc-timeout": "-5S"]), ("", ["grpc-timeout": "5s"]),
    ])
    func `what is not there, or cannot be read, is refused`(path: String, headers: [String: String]) {
        let call = path.isEmpty ? head(head().path, headers) : head(path, headers)
        #expect(throws: RequestFailure.self) { try GRPCCall(call) }
    }

    @Test(arguments: [
        ("1H", TimeAmount.hours(1)), ("2M", .minutes(2)), ("3S", .seconds(3)), ("400m", .milliseconds(400)),
        ("5u", .microseconds(5)), ("99999999n", .nanoseconds(99_999_999)),
    ])
    func `timeouts have six units`(text: String, time: TimeAmount) throws {
        #expect(try GRPCCall.timeout(text) == time)
    }

    @Test func `one message is framed by its length`() throws {
        let framed = GRPCFrame.encoded([1, 2, 3])
        #expect(framed == [0, 0, 0, 0, 3, 1, 2, 3])
        func message(_ body: [UInt8]) throws -> ([UInt8], Bool) {
            try body.withUnsafeBytes { bytes in
                let (message, isCompressed) = try GRPCFrame.message(in: bytes)
                return (Array(message), isCompressed)
            }
        }
        let plain = try message(framed)
        #expect(plain.0 == [1, 2, 3] && !plain.1)
        let empty = try message([1, 0, 0, 0, 0])
        #expect(empty.0.isEmpty && empty.1)
        for broken: [UInt8] in [
            [], [0, 0, 0], Array(framed.dropLast()), framed + [0], [2, 0, 0, 0, 0], framed + framed,
        ] {
            #expect(throws: RequestFailure.self) { try message(broken) }
        }
    }

    @Test(arguments: [
        (400, 3), (408, 4), (401, 16), (403, 7), (421, 7), (404, 12), (405, 12), (415, 12), (413, 8), (431, 8),
        (429, 14),
        (503, 14), (500, 13),
    ])
    func `failures say how they are to be taken`(status: Int, code: Int) {
        let answer = RequestFailure(status, "100 % schön\n").answer(in: .grpc)
        #expect(answer.status == 200 && answer.body.isEmpty && answer.trailers == nil)
        let said = Dictionary(answer.headers.map { ($0.name, $0.value) }) { first, _ in first }
        #expect(said["grpc-status"] == "\(code)")
        #expect(said["grpc-message"] == "100 %25 sch%C3%B6n%0A")
        #expect(answer.parts(omittingBody: false, closes: false).count == 1, "all of it is in the trailers")
    }

    @Test func `a good answer is a message and a status behind it`() {
        let answer = GRPCAnswer.succeeded([])
        #expect(answer.body == [0, 0, 0, 0, 0])
        #expect(answer.trailers?.map(\.value) == ["0"])
        #expect(answer.head.length == nil)
    }
}
