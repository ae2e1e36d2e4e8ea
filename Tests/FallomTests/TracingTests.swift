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
            name: "agent-run", start: Timestamp(unixMilliseconds: 1000), end: Timestamp(unixMilliseconds: 1500),
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
