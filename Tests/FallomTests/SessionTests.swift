import Fallom
import OrderedJSON
import SpanCodec
import Synchronization
import Testing
import TraceModel

@Suite struct SessionTests {
    struct Oops: Error {}

    @Test func `a span carries its session, its attributes and its time`() async throws {
        let time = ManualTime()
        let test = try TestClient(time: time.instant)
        let session = test.client.session(
            configKey: "rag", sessionID: "s", customerID: "c", metadata: ["b": 2, "a": ["x": true]], tags: ["prod"])
        let result = await session.span("rag.retrieve", kind: .retrieval, attributes: ["rag.topK": 5]) { span in
            time.advance(.milliseconds(250))
            span.set("rag.query", "q")
            span.set("rag.topK", 7)
            return 42
        }
        #expect(result == 42)
        let record = try #require(await test.records().first)
        #expect(record.configKey == "rag" && record.sessionID == "s" && record.customerID == "c")
        #expect(record.name == "rag.retrieve" && record.kind == .retrieval && !record.isError)
        #expect(record.metadata.map(\.name) == ["a", "b"] && record.tags == ["prod"])
        #expect(record["rag.topK"] == 7 && record["rag.query"] == "q")
        #expect(record["fallom.span_type"] == "manual" && record["fallom.sdk_version"] == "2")
        #expect(record.durationMilliseconds == 250)
        #expect(record.traceID.utf8.count == 32 && record.spanID.utf8.count == 16 && record.parentSpanID == nil)
    }

    @Test func `spans inside a span are its children, across tasks too`() async throws {
        let test = try TestClient()
        let session = test.session
        await session.span("root") { _ in
            await session.span("child") { _ in
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { session.startSpan("grandchild").end() }
                }
            }
        }
        session.startSpan("other").end()
        let records = await test.records()
        let byName = Dictionary(uniqueKeysWithValues: records.map { ($0.name, $0) })
        let root = try #require(byName["root"])
        let child = try #require(byName["child"])
        let grandchild = try #require(byName["grandchild"])
        #expect(child.parentSpanID == root.spanID && grandchild.parentSpanID == child.spanID)
        #expect(Set([root.traceID, child.traceID, grandchild.traceID]).count == 1)
        #expect(byName["other"]?.traceID != root.traceID)
    }

    @Test func `an error reaches the caller unchanged and the span says it`() async throws {
        let test = try TestClient()
        await #expect(throws: Oops.self) { try await test.session.span("x") { _ throws(Oops) in throw Oops() } }
        let record = try #require(await test.records().first)
        #expect(record.isError && record.errorMessage == "Oops()")
    }

    @Test func `a span that nobody ends ends when it is let go, once`() async throws {
        let test = try TestClient()
        do {
            let span = test.session.startSpan("let go")
            span.set("a", 1)
        }
        let span = test.session.startSpan("twice")
        span.end()
        span.end()
        #expect(await test.records().map(\.name) == ["let go", "twice"])
    }

    @Test func `a traced function answers as the function does and shows what went in and out`() async throws {
        let test = try TestClient()
        let double = test.session.wrapTraced("double") { (number: Int) in number * 2 }
        #expect(try await double(21) == 42)
        let failing = test.session.wrapTraced("failing") { (_: Int) -> Int in throw Oops() }
        await #expect(throws: Oops.self) { try await failing(1) }
        let records = await test.records()
        #expect(records.first?["input"] == 21 && records.first?["output"] == 42)
        #expect(records.last?.isError == true)
    }

    @Test func `with content off, inputs, outputs and errors stay in the process`() async throws {
        struct Secret: Error, CustomStringConvertible { var description: String { "SECRET" } }
        let test = try TestClient(capturesContent: false)
        let traced = test.session.wrapTraced("f") { (text: String) -> String in text + "SECRET" }
        _ = try await traced("SECRET")
        let failing = test.session.wrapTraced("g") { (_: String) -> String in throw Secret() }
        _ = try? await failing("SECRET")
        test.session.startSpan("h", attributes: ["input": "SECRET", "gen_ai.input.messages": "SECRET", "ok": 1]).end()
        let records = await test.records()
        #expect(records.count == 3)
        for record in records { #expect(!String(decoding: record.encoded(), as: UTF8.self).contains("SECRET")) }
        #expect(records.last?["ok"] == 1)
        #expect(records[1].errorMessage == "Secret")
    }

    @Test func `ten thousand tasks in a thousand sessions mix nothing up and lose nothing`() async throws {
        let test = try TestClient { $0.queueCapacity = 100_000 }
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<10_000 {
                group.addTask {
                    let id = "session-\(task % 1000)"
                    let session = test.client.session(configKey: "app", sessionID: id, customerID: "c-\(task % 1000)")
                    await session.span("outer", attributes: ["session": .string(id)]) { _ in
                        await Task.yield()
                        await session.span("inner", attributes: ["session": .string(id)]) { _ in await Task.yield() }
                    }
                }
            }
        }
        let records = await test.records()
        #expect(records.count == 20_000)
        #expect(records.allSatisfy { $0["session"]?.string == $0.sessionID })
        #expect(records.allSatisfy { $0.customerID == "c-" + $0.sessionID.dropFirst("session-".count) })
        let outer = Dictionary(uniqueKeysWithValues: records.filter { $0.name == "outer" }.map { ($0.spanID, $0) })
        for inner in records where inner.name == "inner" {
            let parent = try #require(inner.parentSpanID.flatMap { outer[$0] })
            #expect(parent.sessionID == inner.sessionID && parent.traceID == inner.traceID)
        }
        #expect(test.client.counters.dropped == 0)
    }
}
