import Assignment
import OrderedJSON
import Prompts
import SpanCodec
import Synchronization
import Testing

@testable import Fallom

@Suite struct ModelsClientTests {
    static func config(_ key: String, version: JSON = 1, _ model: String) -> JSON {
        ["key": .string(key), "version": version, "variants": [["model": .string(model), "weight": 100]]]
    }

    @Test func `the last listed version of a key is current, others can be pinned`() async throws {
        let test = try TestClient(
            StubTransport(configs: [Self.config("a", version: 2, "two"), Self.config("a", version: 1, "one")]))
        let models = test.client.models
        #expect(try await models.get("a", sessionID: "s") == "one")
        #expect(try await models.get("a", sessionID: "s", version: 2) == "two")
        #expect(test.transport.requests("GET", "/configs").count == 1)
    }

    @Test func `a session asks with its own customer and with the context given, and its spans carry that context`()
        async throws
    {
        let config: JSON = [
            "key": "app", "version": 3,
            "variants": [["model": "small", "weight": 100], ["model": "large", "weight": 0]],
            "targeting": [
                "individualTargets": [["field": "customerId", "value": "customer-1", "variantIndex": 1]],
                "rules": [["conditions": [["field": "plan", "operator": "eq", "value": "pro"]], "variantIndex": 1]],
            ],
        ]
        let test = try TestClient(StubTransport(configs: [config]))
        #expect(try await test.session.getModel() == "large")
        let other = test.client.session(configKey: "app", sessionID: "other")
        #expect(try await other.getModel() == "small")
        #expect(try await other.getModel(context: ["plan": "pro"]) == "large")
        other.startSpan("s").end()
        test.session.startSpan("t").end()
        let records = await test.records()
        #expect(records.first?["fallom.context"] == #"{"plan":"pro"}"#)
        #expect(records.last?["fallom.context"] == nil)
        let reason = try await test.client.models.assignment("app", sessionID: "other", context: ["plan": "pro"]).reason
        #expect(reason == .rule(index: 0))
    }

    @Test func `an answer is recorded with four fields, a fallback and version 0 are not`() async throws {
        let test = try TestClient(
            StubTransport(configs: [Self.config("a", version: 4, "m"), Self.config("zero", version: 0, "z")]))
        _ = try await test.client.models.get("a", sessionID: "s")
        _ = try await test.client.models.get("zero", sessionID: "s")
        _ = try await test.client.models.get("none", sessionID: "s", fallback: "f")
        await test.client.flush()
        let recorded = test.transport.requests("POST", "/sessions")
        #expect(
            recorded.map(\.body) == [
                #"{"config_key":"a","config_version":4,"session_id":"s","assigned_model":"m"}"#
            ])
    }

    @Test func `a key that is not there is asked for once in five seconds`() async throws {
        let time = ManualTime()
        let test = try TestClient(time: time.frozen)
        for _ in 0..<3 { #expect(try await test.client.models.get("x", sessionID: "s", fallback: "f") == "f") }
        #expect(test.transport.requests("GET", "/configs").count == 1)
        time.advance(.seconds(6))
        _ = try await test.client.models.get("x", sessionID: "s", fallback: "f")
        #expect(test.transport.requests("GET", "/configs").count == 2)
        let error = await #expect(throws: AssignmentFailure.self) {
            try await test.client.models.get("x", sessionID: "s", fallback: "")
        }
        #expect(error?.description == "Config 'x' not found: https://configs.fallom.com/configs lists none.")
    }

    @Test func `many who miss at once share one fetch`() async throws {
        let gate = Gate()
        let test = try TestClient(
            StubTransport { call in
                if call.url.hasSuffix("/configs") {
                    await gate.wait()
                    let body: JSON = ["configs": [Self.config("a", "m")]]
                    return HTTPReply(status: 200, body: body.compactBytes)
                }
                return HTTPReply(status: 200)
            })
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<100 { group.addTask { try? await test.client.models.get("a", sessionID: "s") } }
            gate.open()
            for await model in group { #expect(model == "m") }
        }
        #expect(test.transport.requests("GET", "/configs").count == 1)
    }

    @Test func `a pinned version that is not listed is asked for by its address, also for an unknown key`() async throws
    {
        let test = try TestClient(
            StubTransport { call in
                if call.url.hasSuffix("/configs/we%20ird%2Fkey/version/7") {
                    return HTTPReply(status: 200, body: Self.config("we ird/key", version: 7, "seven").compactBytes)
                }
                if call.url.hasSuffix("/configs") {
                    return HTTPReply(status: 200, body: Array(#"{"configs":[]}"#.utf8))
                }
                return HTTPReply(status: 404)
            })
        #expect(try await test.client.models.get("we ird/key", sessionID: "s", version: 7) == "seven")
        let missing = await #expect(throws: AssignmentFailure.self) {
            try await test.client.models.get("we ird/key", sessionID: "s", version: 8)
        }
        #expect(missing?.error == .versionNotFound(key: "we ird/key", version: 8) && missing?.kind == .versionNotFound)
    }

    @Test func `many who pin one unknown version at once share one fetch`() async throws {
        let gate = Gate()
        let test = try TestClient(
            StubTransport { call in
                guard call.url.hasSuffix("/configs/a/version/7") else {
                    return HTTPReply(status: 200, body: Array(#"{"configs":[]}"#.utf8))
                }
                await gate.wait()
                return HTTPReply(status: 200, body: Self.config("a", version: 7, "seven").compactBytes)
            })
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<100 { group.addTask { try? await test.client.models.get("a", sessionID: "s", version: 7) } }
            gate.open()
            for await model in group { #expect(model == "seven") }
        }
        #expect(test.transport.requests("GET", "/version/7").count == 1)
    }

    @Test func `a pinned version of an unknown key costs one limit, not one for each fetch`() async throws {
        let time = ManualTime()
        let gate = Gate()
        let test = try TestClient(
            StubTransport { call in
                if call.url.hasSuffix("/configs") {
                    time.advance(.milliseconds(1500))
                    return HTTPReply(status: 200, body: Array(#"{"configs":[]}"#.utf8))
                }
                await gate.wait()
                return HTTPReply(status: 404)
            }, time: time.advancing)
        #expect(try await test.client.models.get("a", sessionID: "s", fallback: "f", version: 7) == "f")
        // The list took 1.5 s; of the silent version's fetch no more than the rest was waited for.
        #expect(time.slept == [.milliseconds(500)])
        #expect(time.elapsed == .seconds(2))
        #expect(test.transport.requests("GET", "/version/7").count == 1)
        gate.open()
    }

    @Test func `when the list took all the time, the version is not asked for`() async throws {
        let time = ManualTime()
        let test = try TestClient(
            StubTransport { _ in
                time.advance(.seconds(2))
                throw TimeoutLike()
            }, time: time.advancing)
        #expect(try await test.client.models.get("a", sessionID: "s", fallback: "f", version: 7) == "f")
        #expect(test.transport.requests.count == 1)
        #expect(time.elapsed == .seconds(2) && time.slept == [])
    }

    @Test func `an A/B test of unknown prompts costs one limit, not one for each list`() async throws {
        let time = ManualTime()
        let gate = Gate()
        let test = try TestClient(
            StubTransport { call in
                if call.url.hasSuffix("/prompt-ab-tests") {
                    time.advance(.milliseconds(1900))
                    return HTTPReply(status: 200, body: Array(#"{"prompt_ab_tests":[]}"#.utf8))
                }
                await gate.wait()
                return HTTPReply(status: 404)
            }, time: time.advancing)
        await #expect(throws: PromptFailure.self) { try await test.client.prompts.getAB("t", sessionID: "s") }
        #expect(time.slept == [.milliseconds(100)])
        gate.open()
    }

    @Test(arguments: [nil, 7] as [Int?])
    func `after one failed try nobody waits; the loop alone asks again`(version: Int?) async throws {
        let time = ManualTime()
        let (isBack, log) = (Counter(), CapturedLog())
        let test = try TestClient(
            StubTransport { call in
                guard isBack.value > 0 else { throw TimeoutLike() }
                if call.url.hasSuffix("/version/7") {
                    return HTTPReply(status: 200, body: Self.config("a", version: 7, "seven").compactBytes)
                }
                return HTTPReply(status: 200, body: JSON.object(["configs": [Self.config("a", "m")]]).compactBytes)
            }, time: time.frozen
        ) {
            $0.syncInterval = .seconds(30)
            $0.logger = log.logger
        }
        let models = test.client.models
        for _ in 0..<100 {
            #expect(try await models.get("a", sessionID: "s", fallback: "f", version: version) == "f")
            time.advance(.seconds(6))
        }
        #expect(test.transport.requests("GET", "/configs").count == 1)
        #expect(test.transport.requests("GET", "/version/7").isEmpty)
        let told = log.warnings.filter { $0.contains("fallback") }
        // Ten minutes: the first, and one a minute with the count.
        #expect(told.count == 10 && told[1].hasSuffix(", 10 times"))
        isBack.add()
        #expect(await models.syncInLoop())
        #expect(try await models.get("a", sessionID: "s", version: version) == (version == nil ? "m" : "seven"))
    }

    @Test func `the loop keeps its interval, however short`() async throws {
        let time = ManualTime()
        let test = try TestClient(time: time.advancing) { $0.syncInterval = .seconds(1) }
        while test.transport.requests("GET", "/configs").count < 5 { await Task.yield() }
        #expect(time.slept.prefix(3).allSatisfy { $0 == .seconds(1) })
        await test.client.shutdown()
    }

    @Test func `an assignment is recorded once for a session, a version and a model, whatever is asked how often`()
        async throws
    {
        let test = try TestClient(StubTransport(configs: [Self.config("a", version: 4, "m"), Self.config("b", "n")]))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<10_000 {
                group.addTask {
                    _ = try? await test.client.models.get(number % 2 == 0 ? "a" : "b", sessionID: "s\(number % 100)")
                }
            }
        }
        await test.client.flush()
        let bodies = test.transport.requests("POST", "/sessions").map(\.body)
        #expect(bodies.count == 100 && Set(bodies).count == 100)
        #expect(test.client.counters.assignments.delivered == 100 && test.client.counters.dropped == 0)
    }

    @Test func `what was known stays when a fetch fails, is garbage, or leaves a key out`() async throws {
        let answers = Mutex<[HTTPReply?]>([
            HTTPReply(
                status: 200,
                body: JSON.object(["configs": [Self.config("a", "m"), Self.config("b", "n")]]).compactBytes),
            HTTPReply(status: 500), nil, HTTPReply(status: 200, body: Array("<html>".utf8)),
            HTTPReply(status: 200, body: Array(#"{"configs": 5}"#.utf8)),
            HTTPReply(
                status: 200,
                body: JSON.object([
                    "configs": [Self.config("b", version: "x", "bad"), Self.config("b", version: 2, "n2")]
                ])
                .compactBytes),
        ])
        let test = try TestClient(
            StubTransport { call in
                guard call.url.hasSuffix("/configs") else { return HTTPReply(status: 200) }
                let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                guard let answer else { throw TimeoutLike() }
                return answer
            })
        let models = test.client.models
        for round in 0..<6 {
            await models.sync()
            #expect(try await models.get("a", sessionID: "s") == "m")
            #expect(try await models.get("b", sessionID: "s") == (round < 5 ? "n" : "n2"))
        }
        #expect(models.status.failures == 4 && models.status.successes == 2)
        #expect(models.status.removedKeys == ["a"])
        #expect(models.status.skippedRecords.count == 1)
    }

    struct TimeoutLike: Error {}

    @Test func `a service that hangs costs the fallback's caller nothing but the limit`() async throws {
        let time = ManualTime()
        let test = try TestClient(
            StubTransport { _ in throw TimeoutLike() }, time: time.instant)
        #expect(try await test.client.models.get("a", sessionID: "s", fallback: "f") == "f")
    }
}

/// Lets tasks wait until it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
