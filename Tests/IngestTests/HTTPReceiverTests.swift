import Gzip
import NIOCore
import Testing
import TraceModel

@testable import Ingest

@Suite(.endsHangs) struct `HTTP receiver` {
    private static let otlp =
        #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","#
        + #""spanId":"b7ad6b7169203331","name":"chat","startTimeUnixNano":"1000","endTimeUnixNano":"2000"}"#

    private func withReceiver(
        _ options: HTTPOptions = .anyPort, queues: BatchWriter.Limits = BatchWriter.Limits(),
        api: any LocalAPI = EmptyLocalAPI(), _ body: (Harness, RawClient) async throws -> Void
    ) async throws {
        try await Harness.run(http: options, queues: queues, api: api) { harness in
            try await body(harness, try RawClient(port: harness.httpPort))
        }
    }

    @Test func `a record is stored before it is answered`() async throws {
        try await withReceiver { harness, client async throws in
            let response = try await client.post("/v1/traces", Record.json(1))
            #expect(response.status == 200)
            #expect(harness.sink.spanIDs == [Record.hex(1, 16)])
            let health = harness.counters.health[.http]
            #expect(health?.received == 1 && health?.stored == 1 && health?.rejectedTotal == 0)
        }
    }

    @Test func `the answer waits for the commit`() async throws {
        try await withReceiver { harness, client async throws in
            harness.sink.hold()
            async let response = client.post("/v1/traces", Record.json(1))
            await harness.wait("the span was decoded") { $0[.http]?.received == 1 }
            #expect(harness.sink.spanIDs.isEmpty)
            harness.sink.release()
            #expect(try await response.status == 200)
        }
    }

    @Test func `a connection lives on after every kind of refusal`() async throws {
        try await withReceiver { harness, client async throws in
            #expect(try await client.post("/v1/traces", "{\"trace_id\":").status == 400)
            #expect(try await client.post("/v1/traces", Array("x".utf8), type: "text/plain").status == 415)
            #expect(try await client.post("/v1/traces", "{}", headers: ["Content-Encoding: br"]).status == 415)
            #expect(try await client.post("/v1/traces", "{}", headers: ["Origin: http://evil.example"]).status == 403)
            #expect(try await client.post("/api/other", "{}").status == 404)
            #expect(try await client.get("/v1/traces").status == 405)
            try await client.send("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.response().status == 411)
            #expect(try await client.post("/v1/traces", Record.json(1)).status == 200)
            #expect(harness.sink.spanIDs.count == 1)
        }
    }

    @Test func `a 405 says what is allowed, a 404 says why`() async throws {
        try await withReceiver { _, client async throws in
            #expect(try await client.get("/v1/traces").headers["allow"] == "POST")
            #expect(try await client.post("/configs", "{}").headers["allow"] == "GET, HEAD")
            let missing = try await client.get("/api/datasets/golden")
            #expect(missing.status == 404 && missing.text.contains("no data set golden"))
        }
    }

    @Test func `an error names the field and the place`() async throws {
        try await withReceiver { harness, client async throws in
            let broken = Record.json(1).replacing("\"2026-01-01T00:00:00.000Z\"", with: "\"yesterday\"")
            let response = try await client.post("/v1/traces", broken)
            #expect(response.status == 400)
            #expect(response.text.contains(#""field":"start_time""#))
            #expect(response.text.contains(#""offset":"#) && response.text.contains(#""error":"#))
            #expect(response.text.contains(#""code":3"#), "the same body reads as an OTLP status")
            #expect(harness.counters.health[.http]?.rejected[.undecodable] == 1)
        }
    }

    @Test func `a large body is refused, drained, and the next request is answered`() async throws {
        var options = HTTPOptions.anyPort
        options.limits.body = 10_000
        options.limits.drain = 200_000
        try await withReceiver(options) { harness, client async throws in
            #expect(try await client.post("/v1/traces", Record.json(1, padding: 20_000)).status == 413)
            let bomb = try deflated(Array(Record.json(2, padding: 100_000).utf8))
            #expect(bomb.count < 10_000)
            let inflated = try await client.post("/v1/traces", bomb, headers: ["Content-Encoding: gzip"])
            #expect(inflated.status == 413 && inflated.text.contains("inflates"))
            #expect(try await client.post("/v1/traces", Record.json(3, padding: 1000)).status == 200)
            let chunk = String(repeating: "x", count: 0x4000)
            try await client.send("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<3 { try await client.send("4000\r\n\(chunk)\r\n") }
            try await client.send("0\r\n\r\n")
            #expect(try await client.response().status == 413)
            #expect(try await client.post("/v1/traces", Record.json(4)).status == 200)
            #expect(harness.sink.spanIDs == [Record.hex(3, 16), Record.hex(4, 16)])
        }
    }

    @Test func `a body beyond all bounds ends the connection after the answer`() async throws {
        var options = HTTPOptions.anyPort
        options.limits.body = 10_000
        options.limits.drain = 20_000
        try await withReceiver(options) { _, client async throws in
            try await client.send("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000000\r\n\r\n")
            try await client.send([UInt8](repeating: 0x78, count: 500_000))
            let response = try await client.response()
            #expect(response.status == 413 && response.headers["connection"] == "close")
        }
    }

    @Test func `who waits for 100 Continue gets it, or the refusal`() async throws {
        try await withReceiver { harness, client async throws in
            let body = Record.json(1)
            try await client.send(
                "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await client.response().status == 100)
            try await client.send(body)
            #expect(try await client.response().status == 200)
            try await client.send(
                "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                    + "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await client.response().status == 415)
            client.endSending()
            #expect(try await client.isClosed())
            #expect(harness.sink.spanIDs.count == 1)
        }
    }

    @Test func `requests sent at once are answered in order`() async throws {
        try await withReceiver { harness, client async throws in
            var bytes: [UInt8] = []
            for id in 1...50 {
                let body = id % 10 == 0 ? "{" : Record.json(id)
                bytes += Array(
                    "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                        .utf8)
            }
            try await client.send(bytes)
            for id in 1...50 { #expect(try await client.response().status == (id % 10 == 0 ? 400 : 200)) }
            #expect(harness.sink.spanIDs.count == 45)
        }
    }

    @Test func `HEAD is GET without the body`() async throws {
        try await withReceiver { _, client async throws in
            let whole = try await client.get("/configs")
            try await client.send("HEAD /configs HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let head = try await client.response(hasBody: false)
            #expect(head.status == 200 && head.headers["content-length"] == whole.headers["content-length"])
            #expect(try await client.get("/prompts").status == 200)
        }
    }

    @Test func `HTTP/1.0 and Connection: close end the connection`() async throws {
        try await withReceiver { harness, client async throws in
            try await client.send("GET /configs HTTP/1.0\r\n\r\n")
            #expect(try await client.response().headers["connection"] == "close")
            let second = try RawClient(port: harness.httpPort)
            #expect(try await second.get("/configs", headers: ["Connection: close"]).status == 200)
            second.endSending()
            #expect(try await second.isClosed())
            let third = try RawClient(port: harness.httpPort)
            try await third.send("GET /configs HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await third.response().headers["connection"] == "keep-alive")
            #expect(try await third.get("/configs").status == 200)
        }
    }

    @Test func `a client that has said all it will still gets its answer`() async throws {
        try await withReceiver { harness, client async throws in
            let body = Record.json(1)
            try await client.send(
                "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            client.endSending()
            #expect(try await client.response().status == 200)
            #expect(try await client.isClosed())
        }
    }

    @Test func `broken framing is answered and the connection closed`() async throws {
        try await withReceiver { harness, client async throws in
            try await client.send("THIS IS NOT HTTP AT ALL\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 400 && response.headers["connection"] == "close")
            await harness.wait("the refusal is counted") { $0[.http]?.rejectedTotal == 1 }
        }
    }

    @Test func `slow clients are told so`() async throws {
        var options = HTTPOptions.anyPort
        options.limits.stallSeconds = 1
        try await withReceiver(options) { _, client async throws in
            try await client.send("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
            #expect(try await client.response().status == 408)
        }
    }

    @Test func `connections over the limit are told so where all are at work`() async throws {
        var options = HTTPOptions.anyPort
        options.limits.connections = 2
        try await withReceiver(options) { harness, client async throws in
            harness.sink.hold()
            let second = try RawClient(port: harness.httpPort)
            async let first = client.post("/v1/traces", Record.json(1))
            async let other = second.post("/v1/traces", Record.json(2))
            await harness.wait("both are at work") { $0[.http]?.received == 2 }
            let third = try RawClient(port: harness.httpPort)
            let response = try await third.get("/configs")
            #expect(response.status == 503 && response.headers["retry-after"] != nil)
            harness.sink.release()
            #expect(try await first.status == 200)
            #expect(try await other.status == 200)
        }
    }

    @Test func `the connection that has waited longest for a request makes room for another`() async throws {
        var options = HTTPOptions.anyPort
        options.limits.connections = 2
        try await withReceiver(options) { harness, client async throws in
            let second = try RawClient(port: harness.httpPort)
            #expect(try await client.get("/configs").status == 200)
            #expect(try await second.get("/configs").status == 200)
            let third = try RawClient(port: harness.httpPort)
            #expect(try await third.get("/configs").status == 200)
            #expect(try await client.isClosed())
            #expect(try await second.get("/configs").status == 200)
        }
    }

    @Test(arguments: ["GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n", "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"])
    func `ten thousand refusals sent at once are ten thousand refusals`(request: String) async throws {
        try await withReceiver { harness, client async throws in
            let count = 10_000
            async let sending: Void = client.send(String(repeating: request, count: count))
            let status = request.contains("localhost") ? 404 : 421
            for _ in 0..<count {
                guard try await client.response().status == status else {
                    Issue.record("not \(status)")
                    return
                }
            }
            try await sending
            #expect(try await client.get("/configs").status == 200)
            #expect(harness.counters.health[.http]?.rejected[.request] == count)
        }
    }

    /// Answers with what it is sent, upside down, as it comes.
    private struct Mirror: RequestRoute, RequestResponder {
        func admit(_ head: RequestHead) throws(RequestFailure) -> Admission? {
            guard head.path == "/mirror" else { return nil }
            return Admission(body: .streamed, responder: self)
        }

        func respond(to request: IncomingRequest, through answer: AnswerWriter) async {
            do {
                try await answer.begin(AnswerHead(status: 200, headers: []))
                for try await piece in request.body {
                    try await answer.write(ByteBuffer(bytes: piece.readableBytesView.reversed()))
                }
                try await answer.end()
            } catch {
                // The client is gone.
            }
        }
    }

    @Test func `a route may take and give pieces as they come`() async throws {
        try await Harness.run(http: .anyPort, routes: [Mirror()]) { harness in
            let client = try RawClient(port: harness.httpPort)
            try await client.send("POST /mirror HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            #expect(try await client.response().headers["transfer-encoding"] == "chunked")
            for _ in 0..<3 {
                try await client.send("5\r\nhello\r\n")
                #expect(try await client.bytes(10) == "5\r\nolleh\r\n")
            }
            try await client.send("0\r\n\r\n")
            #expect(try await client.bytes(5) == "0\r\n\r\n")
            #expect(try await client.get("/configs").status == 200, "the connection lives on")
        }
    }

    /// Waits until it is cancelled.
    private struct Endless: RequestRoute, RequestResponder {
        let began: AsyncStream<Void>.Continuation
        let ended: AsyncStream<Void>.Continuation

        func admit(_ head: RequestHead) throws(RequestFailure) -> Admission? {
            head.path == "/endless" ? Admission(body: .streamed, responder: self) : nil
        }

        func respond(to request: IncomingRequest, through answer: AnswerWriter) async {
            began.yield()
            // Until it is cancelled.
            let (silence, continuation) = AsyncStream.makeStream(of: Never.self)
            for await _ in silence {}
            withExtendedLifetime(continuation) {}
            ended.yield()
        }
    }

    @Test(arguments: ["he", "hello"])
    func `who answers in pieces is told when the client hangs up`(sent: String) async throws {
        let (began, beginning) = AsyncStream.makeStream(of: Void.self)
        let (ended, ending) = AsyncStream.makeStream(of: Void.self)
        try await Harness.run(http: .anyPort, routes: [Endless(began: beginning, ended: ending)]) {
            harness async throws in
            let request = "POST /endless HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"
            do {
                let client = try RawClient(port: harness.httpPort)
                try await client.send(request + sent)
                for await _ in began { break }
                // Half a body is broken off, a whole one is followed by an end in order.
                if sent == "he" { client.reset() }
            }
            for await _ in ended { break }
            #expect(try await RawClient(port: harness.httpPort).get("/configs").status == 200)
        }
    }

    @Test func `two ports are one server`() async throws {
        var options = HTTPOptions.anyPort
        options.grpc = SocketPlace(host: "127.0.0.1", port: 0)
        try await withReceiver(options) { harness, client async throws in
            let other = try RawClient(port: harness.grpcPort)
            #expect(try await other.post("/v1/traces", Record.json(1)).status == 200)
            #expect(harness.counters.health[.http]?.stored == 1)
        }
    }

    @Test func `a taken port for gRPC is said, and HTTP works`() async throws {
        try await withReceiver { harness, _ async throws in
            var options = HTTPOptions.anyPort
            options.grpc = SocketPlace(host: "127.0.0.1", port: harness.httpPort)
            try await Harness.run(http: options) { second async throws in
                let address = "127.0.0.1:\(harness.httpPort)"
                #expect(second.counters.health[.grpc]?.state == .portTaken(address: address))
                #expect(try await RawClient(port: second.httpPort).get("/configs").status == 200)
            }
        }
    }

    @Test func `a page of a named origin is answered so that it can read it`() async throws {
        var options = HTTPOptions.anyPort
        options.origins = ["https://app.example"]
        try await withReceiver(options) { _, client async throws in
            let page = ["Origin: https://app.example"]
            let good = try await client.post("/v1/traces", Record.json(1), headers: page)
            #expect(good.status == 200 && good.headers["access-control-allow-origin"] == "https://app.example")
            let bad = try await client.post("/v1/traces", "{", headers: page)
            #expect(bad.status == 400 && bad.headers["access-control-allow-origin"] == "https://app.example")
            try await client.send(
                "OPTIONS /v1/traces HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example\r\n"
                    + "Access-Control-Request-Method: POST\r\n\r\n")
            #expect(try await client.response().status == 204)
            #expect(try await client.post("/v1/traces", Record.json(2), headers: page).status == 200)
        }
    }

    @Test func `bodies may be deflated in both ways`() async throws {
        try await withReceiver { harness, client async throws in
            for (id, format) in [(1, GzipFormat.zlib), (2, .raw)] {
                let body = try deflated(Array(Record.json(id).utf8), format)
                #expect(try await client.post("/v1/traces", body, headers: ["Content-Encoding: deflate"]).status == 200)
            }
            #expect(harness.sink.spanIDs.count == 2)
        }
    }

    @Test func `a full queue is 429 with Retry-After, and nothing taken is lost`() async throws {
        try await withReceiver(queues: BatchWriter.Limits(requestBytes: 4000)) { harness, client async throws in
            harness.sink.hold()
            var clients: [RawClient] = []
            for _ in 0..<8 { clients.append(try RawClient(port: harness.httpPort)) }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for (id, client) in clients.enumerated() {
                    group.addTask {
                        let response = try await client.post("/v1/traces", Record.json(id))
                        #expect(response.status == 200 || response.headers["retry-after"] == "1")
                        return response.status
                    }
                }
                await harness.wait("some are refused, the rest wait") {
                    let health = $0[.http]
                    return (health?.dropped[.queueFull] ?? 0) > 0 && health?.received == 8
                }
                harness.sink.release()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(statuses) == [200, 429])
            #expect(harness.sink.spanIDs.count == statuses.filter { $0 == 200 }.count)
            #expect(try await client.post("/v1/traces", Record.json(99)).status == 200)
        }
    }

    @Test func `what the store refuses is 503 and can be sent again`() async throws {
        try await withReceiver { harness, client async throws in
            harness.sink.fail(1)
            let refused = try await client.post("/v1/traces", Record.json(1))
            #expect(refused.status == 503 && refused.headers["retry-after"] == "1")
            #expect(try await client.post("/v1/traces", Record.json(1)).status == 200)
        }
    }

    @Test func `requests that wait together are one commit`() async throws {
        try await withReceiver { harness, client async throws in
            harness.sink.hold()
            async let first = client.post("/v1/traces", Record.json(0))
            await harness.wait("the first is at the store") { $0[.http]?.received == 1 && $0[.http]?.queuedBytes == 0 }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for id in 1...10 {
                    let client = try RawClient(port: harness.httpPort)
                    group.addTask { try await client.post("/v1/traces", Record.json(id)).status }
                }
                await harness.wait("all are decoded") { $0[.http]?.received == 11 }
                harness.sink.release()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await first.status == 200)
            #expect(statuses.allSatisfy { $0 == 200 })
            #expect(harness.sink.spanIDs.count == 11)
            #expect(harness.sink.batches <= 3)
        }
    }

    @Test func `OTLP with a bad span is accepted in part, in the request's type`() async throws {
        try await withReceiver { harness, client async throws in
            let bad = Self.otlp + #",{"traceId":"zz","spanId":"1","name":"bad"}]}]}]}"#
            let response = try await client.post("/v1/traces", bad)
            #expect(response.status == 200)
            #expect(response.text.contains("partialSuccess") && response.text.contains("rejectedSpans"))
            #expect(response.headers["content-type"] == "application/json")
            #expect(harness.sink.spanIDs == ["b7ad6b7169203331"])
            #expect(try await client.post("/v1/traces", Self.otlp + "]}]}]}").text == "{}")
        }
    }

    @Test func `undecodable protobuf is a status in protobuf`() async throws {
        try await withReceiver { _, client async throws in
            let type = "application/x-protobuf"
            let response = try await client.post("/v1/traces", [0x0A, 0xFF, 0x01], type: type)
            #expect(response.status == 400 && response.headers["content-type"] == type)
            #expect(response.body.first == 0x08, "google.rpc.Status begins with its code")
            let empty = try await client.post("/v1/traces", [], type: type)
            #expect(empty.status == 200 && empty.body.isEmpty)
        }
    }

    @Test func `broken gzip is 400`() async throws {
        try await withReceiver { _, client async throws in
            let whole = try deflated(Array(Record.json(1).utf8))
            for body in [Array("no gzip".utf8), Array(whole.dropLast(9)), whole + [1]] {
                #expect(try await client.post("/v1/traces", body, headers: ["Content-Encoding: gzip"]).status == 400)
            }
            #expect(try await client.post("/v1/traces", whole, headers: ["Content-Encoding: gzip"]).status == 200)
        }
    }

    @Test func `headers apply to a batch, as Latin-1`() async throws {
        try await withReceiver { harness, client async throws in
            let body = Array((Self.otlp + "]}]}]}").utf8)
            var request = Array("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n".utf8)
            request += Array("Content-Type: application/json\r\nX-Fallom-Session-Id: sess-".utf8)
            request += [0xFC, 0x6E, 0xEF, 0x0D, 0x0A, 0x0D, 0x0A]
            try await client.send(request + body)
            #expect(try await client.response().status == 200)
            #expect(harness.sink.spans.first?.identity.session.own == "sess-ünï")
        }
    }

    @Test func `metrics are taken and discarded, sessions recorded, spans checked`() async throws {
        try await withReceiver { harness, client async throws in
            #expect(try await client.post("/v1/metrics", "{}").status == 200)
            #expect(try await client.post("/v1/metrics", [1, 2], type: "application/x-protobuf").body.isEmpty)
            let session = #"{"config_key":"a","config_version":2,"session_id":"s","assigned_model":"m"}"#
            #expect(try await client.post("/sessions", session).status == 200)
            #expect(try await client.post("/sessions", #"{"config_key":"a"}"#).status == 400)
            #expect(try await client.post("/spans", #"{"config_key":"a","session_id":"s","data":{}}"#).status == 200)
            #expect(try await client.post("/spans", "[]").status == 400)
            #expect(harness.sink.assignments.map(\.assignedModel) == ["m"])
            #expect(harness.counters.health[.http]?.discarded == 2)
            #expect(harness.sink.spanIDs.isEmpty)
        }
    }

    @Test func `lines of records are taken one by one`() async throws {
        try await withReceiver { harness, client async throws in
            let body = Record.json(1) + "\n{broken\n\n" + Record.json(2) + "\n"
            let response = try await client.post("/v1/traces", Array(body.utf8), type: "application/x-ndjson")
            #expect(response.status == 200 && response.text.contains("partialSuccess"))
            #expect(harness.sink.spanIDs.count == 2)
        }
    }

    @Test func `a span of 2 MB arrives whole`() async throws {
        try await withReceiver { harness, client async throws in
            let record = Record.json(1, padding: 2 << 20)
            #expect(try await client.post("/v1/traces", record).status == 200)
            #expect(harness.sink.payloadSizes.first.map { $0 >= 2 << 20 } == true)
        }
    }

    @Test func `the local API answers from what is behind it`() async throws {
        struct API: LocalAPI {
            func configsBody() async throws -> [UInt8] { Array("C".utf8) }
            func configBody(key: String, version: Int) async throws -> [UInt8]? {
                version == 1 ? Array("\(key)@\(version)".utf8) : nil
            }
            func promptsBody() async throws -> [UInt8] { Array("P".utf8) }
            func promptABTestsBody() async throws -> [UInt8] { Array("T".utf8) }
        }
        try await withReceiver(api: API()) { _, client async throws in
            #expect(try await client.get("/configs").text == "C")
            #expect(try await client.get("/prompts?x=1").text == "P")
            #expect(try await client.get("/prompt-ab-tests").text == "T")
            #expect(try await client.get("/configs/a%20b/version/1").text == "a b@1")
            #expect(try await client.get("/configs/a/version/2").status == 404)
        }
    }

    @Test func `an open address asks for its key`() async throws {
        try await withReceiver(HTTPOptions(port: 0, key: "secret")) { _, client async throws in
            let refused = try await client.get("/configs")
            #expect(refused.status == 401 && refused.headers["www-authenticate"] == "Bearer")
            #expect(try await client.get("/configs", headers: ["Authorization: Bearer secret"]).status == 200)
        }
    }

    @Test func `a port of another process is said, and the other sources work`() async throws {
        try await withReceiver { harness, _ async throws in
            let taken = HTTPOptions(port: harness.httpPort)
            try await Harness.run(http: taken, udp: UDPOptions(port: 0)) { second in
                let address = "127.0.0.1:\(harness.httpPort)"
                #expect(second.counters.health[.http]?.state == .portTaken(address: address))
                #expect(second.udpPort > 0)
            }
        }
    }

    @Test func `a request at work is finished when the service ends`() async throws {
        let sink = TestSink()
        let status = try await withThrowingTaskGroup(of: Int.self) { group in
            try await Harness.run(http: .anyPort, sink: sink) { harness in
                let client = try RawClient(port: harness.httpPort)
                sink.hold()
                group.addTask { try await client.post("/v1/traces", Record.json(1)).status }
                await harness.wait("the span is decoded") { $0[.http]?.received == 1 }
                // Leaving this closure cancels the service and then lets the commit through.
            }
            return try await group.next()
        }
        #expect(status == 200)
        #expect(sink.spanIDs.count == 1)
    }
}
