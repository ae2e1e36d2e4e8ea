import Fallom
import FallomTracing
import Logging
import OrderedJSON
import SpanCodec
import Testing
import TraceModel
import Tracing

@Suite struct TracingTests {
    struct Oops: Error {}

    private struct Dictionary: Injector, Extractor {
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
    }

    @Test func `spans of an instrumented library land in the session, among the SDK's own`() async throws {
        let test = try TestClient()
        let tracer = FallomTracer(session: test.session)
        await test.session.span("outer") { _ in
            await tracer.withSpan("library", ofKind: .client) { span in
                span.attributes["http.request.method"] = "POST"
                span.attributes["gen_ai.operation.name"] = "chat"
                span.attributes["gen_ai.response.model"] = "gpt-4o"
                span.attributes["retries"] = 3
                await tracer.withSpan("nested") { _ in await Task.yield() }
            }
        }
        let records = await test.records()
        let byName = Swift.Dictionary(uniqueKeysWithValues: records.map { ($0.name, $0) })
        let library = try #require(byName["library"])
        #expect(library.parentSpanID == byName["outer"]?.spanID && library.traceID == byName["outer"]?.traceID)
        #expect(byName["nested"]?.parentSpanID == library.spanID)
        #expect(library.sessionID == "session-1" && library.kind == .llm && library.model == "gpt-4o")
        #expect(library["http.request.method"] == "POST" && library["retries"] == 3)
    }

    @Test func `errors are on the span; without content only their type`() async throws {
        for captures in [true, false] {
            let test = try TestClient(capturesContent: captures)
            let tracer = FallomTracer(session: test.session)
            await #expect(throws: Oops.self) {
                try await tracer.withSpan("failing") { span in
                    span.attributes["gen_ai.input.messages"] = "SECRET"
                    await Task.yield()
                    throw Oops()
                }
            }
            let record = try #require(await test.records().first)
            #expect(record.isError && record.errorMessage == (captures ? "Oops()" : "Oops"))
            #expect((record["gen_ai.input.messages"] != nil) == captures)
        }
    }

    @Test func `a task's session wins over the tracer's`() async throws {
        let test = try TestClient()
        let tracer = FallomTracer(session: test.session)
        let other = test.client.session(configKey: "app", sessionID: "other")
        await FallomTracer.withSession(other) { await tracer.withSpan("s") { _ in await Task.yield() } }
        #expect(await test.records().first?.sessionID == "other")
    }

    @Test func `a trace goes on through a header`() throws {
        let test = try TestClient()
        let tracer = FallomTracer(session: test.session)
        let span = tracer.startSpan("client")
        var carrier: [String: String] = [:]
        tracer.inject(span.context, into: &carrier, using: Dictionary())
        var context = ServiceContext.topLevel
        tracer.extract(carrier, into: &context, using: Dictionary())
        #expect(context.fallomSpan == span.context.fallomSpan && context.fallomSpan != nil)
    }

    /// The orders in which a library's spans, the SDK's and a call can nest.
    enum Nesting: CaseIterable { case call, spanCall, callInSpanInLibrary, libraryInSpanInLibrary, childTasks }

    @Test(arguments: Nesting.allCases) func `everything of a task is one trace, each on the one around it`(
        nesting: Nesting
    ) async throws {
        let test = try TestClient()
        let tracer = FallomTracer(session: test.client.session(configKey: "app", sessionID: "server"))
        let session = test.session
        @Sendable func call() async throws {
            _ = try await session.wrapOpenAI(EchoChat()).createChatCompletion(ChatRequest(model: "m", messages: []))
        }
        try await tracer.withSpan("request") { _ in
            switch nesting {
            case .call: try await call()
            case .spanCall: try await session.span("a") { _ throws(any Error) in try await call() }
            case .callInSpanInLibrary:
                try await session.span("a") { _ throws(any Error) in
                    try await tracer.withSpan("b") { _ in try await call() }
                }
            case .libraryInSpanInLibrary:
                try await session.span("a") { _ throws(any Error) in
                    try await tracer.withSpan("b") { _ in
                        try await session.span("c") { _ throws(any Error) in
                            try await tracer.withSpan("d") { _ in try await call() }
                        }
                    }
                }
            case .childTasks:
                try await session.span("a") { _ throws(any Error) in
                    async let left: Void = call()
                    async let right: Void = Task { try await tracer.withSpan("b") { _ in try await call() } }.value
                    _ = try await (left, right)
                }
            }
        }
        let records = await test.records()
        let byID = Swift.Dictionary(uniqueKeysWithValues: records.map { ($0.spanID, $0) })
        func path(_ record: FallomRecord) -> String {
            (record.parentSpanID.flatMap { byID[$0] }.map { path($0) + " " } ?? "") + record.name
        }
        let create = "chat.completions.create"
        let expected: [Nesting: [String]] = [
            .call: ["request \(create)"], .spanCall: ["request a \(create)"],
            .callInSpanInLibrary: ["request a b \(create)"],
            .libraryInSpanInLibrary: ["request a b c d \(create)"],
            .childTasks: ["request a b \(create)", "request a \(create)"],
        ]
        #expect(Set(records.map(\.traceID)).count == 1)
        #expect(records.filter { $0.name == create }.map(path).sorted() == expected[nesting])
        #expect(records.filter { $0.name != "request" }.allSatisfy { $0.sessionID == "session-1" })
    }

    @Test func `inside of a span of the SDK, that span is what a request is told`() async throws {
        let test = try TestClient()
        let tracer = FallomTracer(session: test.session)
        await tracer.withSpan("library") { _ in
            await test.session.span("s") { span in
                var carrier: [String: String] = [:]
                tracer.inject(ServiceContext.current ?? .topLevel, into: &carrier, using: Dictionary())
                #expect(carrier == ["traceparent": span.context.traceparent])
            }
        }
    }

    @Test func `a span of topLevel is a root, wherever it is opened`() async throws {
        let test = try TestClient()
        let tracer = FallomTracer(session: test.session)
        await test.session.span("outer") { _ in
            await tracer.withSpan("root", context: .topLevel) { _ in await Task.yield() }
        }
        let root = try #require(await test.records().first { $0.name == "root" })
        #expect(root.parentSpanID == nil && root["fallom.links"] == nil)
    }

    @Test func `inside of another session's or client's span a span begins its own trace, with a link`() async throws {
        let (test, other) = (try TestClient(), try TestClient())
        let strangers = [
            test.client.session(configKey: "app", sessionID: "another"),
            other.client.session(configKey: "app", sessionID: test.session.context.sessionID),
        ]
        let outer = test.session.startSpan("outer")
        await outer.run { _ in
            for stranger in strangers {
                await stranger.span("stranger") { _ in stranger.startSpan("inner").end() }
            }
            // The same session by another value.
            test.session.startSpan("own").end()
        }
        let records = await test.records() + other.records()
        for record in records where record.name == "stranger" {
            #expect(record.traceID != outer.context.traceID && record.parentSpanID == nil)
            #expect(record["fallom.links"]?[0]?["span_id"] == .string(outer.context.spanID))
            #expect(record["fallom.links"]?[0]?["trace_id"] == .string(outer.context.traceID))
            let inner = records.first { $0.name == "inner" && $0.traceID == record.traceID }
            #expect(inner?.parentSpanID == record.spanID)
        }
        #expect(records.filter { $0.name == "stranger" }.count == 2)
        #expect(records.first { $0.name == "own" }?.parentSpanID == outer.context.spanID)
    }

    @Test func `with another tracer our calls join its trace`() async throws {
        let test = try TestClient()
        let tracer = StrangeTracer()
        var context = ServiceContext.topLevel
        context.strangeSpan = StrangeTracer.spanID
        await withTracer(tracer) {
            await ServiceContext.withValue(context) {
                await test.session.span("outer") { _ in test.session.startSpan("inner").end() }
            }
        }
        let records = await test.records()
        let outer = try #require(records.first { $0.name == "outer" })
        #expect(outer.traceID == StrangeTracer.traceID && outer.parentSpanID == StrangeTracer.spanID)
        #expect(records.first { $0.name == "inner" }?.parentSpanID == outer.spanID)
    }

    @Test func `events, links and what was said of an error are sent`() async throws {
        for captures in [true, false] {
            let test = try TestClient(capturesContent: captures)
            let tracer = FallomTracer(session: test.session)
            let linked = tracer.startSpan("linked")
            let span = tracer.startSpan("span")
            span.addEvent(SpanEvent(name: "cache miss", attributes: ["key": "k", "gen_ai.prompt": "SECRET"]))
            span.addLink(SpanLink(context: linked.context, attributes: ["why": "batch"]))
            span.recordError(Oops(), attributes: ["retry": 2])
            span.end()
            let record = try #require(await test.records().first)
            let events = try #require(record["fallom.events"]?.array)
            #expect(events.map { $0["name"] } == ["cache miss", "exception"])
            #expect(events[0]["attributes"]?["key"] == "k")
            #expect((events[0]["attributes"]?["gen_ai.prompt"] != nil) == captures)
            #expect(events[1]["attributes"]?["retry"] == 2)
            #expect((events[1]["attributes"]?["exception.message"] != nil) == captures)
            #expect(record["fallom.links"]?[0]?["span_id"]?.string == linked.context.fallomSpan?.spanID)
            #expect(record["fallom.links"]?[0]?["attributes"]?["why"] == "batch")
        }
    }

    @Test func `baggage and trace state pass through`() throws {
        let tracer = FallomTracer(session: try TestClient().session)
        let incoming = [
            "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "tracestate": "vendor=1",
            "baggage": "user=7",
        ]
        var context = ServiceContext.topLevel
        tracer.extract(incoming, into: &context, using: Dictionary())
        tracer.withSpan("server", context: context) { span in
            var outgoing: [String: String] = [:]
            tracer.inject(ServiceContext.current ?? .topLevel, into: &outgoing, using: Dictionary())
            #expect(outgoing["tracestate"] == "vendor=1" && outgoing["baggage"] == "user=7")
            #expect(outgoing["traceparent"] == span.context.fallomSpan?.traceparent)
        }
    }

    @Test func `the session is known deep below, in child tasks too`() async throws {
        let test = try TestClient()
        #expect(Session.current == nil)
        await test.session.asCurrent {
            #expect(Session.current?.context.sessionID == "session-1")
            await Task { #expect(Session.current?.context.sessionID == "session-1") }.value
        }
        await test.session.span("s") { _ in #expect(Session.current?.context.sessionID == "session-1") }
    }

    @Test(arguments: [
        "", "00-x-y-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    ]) func `a header that is none is left alone`(header: String) throws {
        let tracer = FallomTracer(session: try TestClient().session)
        var context = ServiceContext.topLevel
        tracer.extract(["traceparent": header], into: &context, using: Dictionary())
        #expect(context.fallomSpan == nil)
    }

    @Test func `a log line knows its session and its span`() async throws {
        let test = try TestClient()
        let provider = test.session.logMetadata
        #expect(provider.get()["trace_id"] == nil && provider.get()["session_id"] == "session-1")
        await test.session.span("s") { span in
            #expect(provider.get()["trace_id"] == .string(span.context.traceID))
            #expect(provider.get()["span_id"] == .string(span.context.spanID))
        }
    }

    @Test func `spans of OpenTelemetry's shape go out as OTLP with the session in headers`() async throws {
        let test = try TestClient { options in
            options.sendsTraces = true
            options.tracesURL = "https://traces.example"
        }
        let exporter = try FallomExporter(client: test.client, session: test.session)
        let span = OTelSpan(
            context: SpanContext(traceID: String(repeating: "a", count: 32), spanID: String(repeating: "b", count: 16)),
            name: "agent-run", startUnixNanoseconds: 1_000_000_000,
            endUnixNanoseconds: 1_500_000_000,
            attributes: ["gen_ai.request.model": "gpt-4o", "n": 5, "list": [1, "x"]], isOK: false, message: "broken")
        #expect(await exporter.export([span]))
        let body = try #require(test.transport.requests("POST", "/v1/traces").first?.body)
        var batch = DecodedBatch()
        SpanDecoder().decodeLine(Array(body.utf8), into: &batch)
        let read = try #require(batch.spans.first?.span)
        #expect(read.name == "agent-run" && read.requestModel == "gpt-4o" && read.errorMessage == "broken")
        #expect(read.durationNanoseconds == 500_000_000)
    }
}

/// Another vendor's tracer, as far as it shows itself: it writes a `traceparent` for its own context.
private struct StrangeTracer: Tracer {
    static let traceID = "0af7651916cd43dd8448eb211c80319c"
    static let spanID = "b7ad6b7169203331"

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let span = context.strangeSpan else { return }
        injector.inject("00-\(Self.traceID)-\(span)-01", forKey: "traceparent", into: &carrier)
    }

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {}

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: Tracing.SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> NoOpTracer.NoOpSpan { NoOpTracer.NoOpSpan(context: context()) }

    func forceFlush() {}
}

private enum StrangeSpanKey: ServiceContextKey {
    typealias Value = String
}

extension ServiceContext {
    fileprivate var strangeSpan: String? {
        get { self[StrangeSpanKey.self] }
        set { self[StrangeSpanKey.self] = newValue }
    }
}
