import Logging
import OrderedJSON
import Synchronization
import Testing
import TraceModel

@testable import Fallom

/// What becomes of spans while the service is away, and of the app meanwhile.
@Suite(.timeLimit(.minutes(5))) struct DeliveryTests {
    /// A service that answers as it is told.
    private final class Service: Sendable {
        let answers: Mutex<@Sendable (HTTPCall) async throws -> HTTPReply>
        let taken = Mutex<[[String]]>([])

        init(_ answer: @escaping @Sendable (HTTPCall) async throws -> HTTPReply) { answers = Mutex(answer) }

        func set(_ answer: @escaping @Sendable (HTTPCall) async throws -> HTTPReply) {
            answers.withLock { $0 = answer }
        }

        /// The names of the spans of each request that was answered with a success.
        var batches: [[String]] { taken.withLock { $0 } }
        var spans: [String] { batches.flatMap { $0 } }

        var transport: StubTransport {
            StubTransport { [self] call in
                let answer = answers.withLock { $0 }
                let reply = try await answer(call)
                if (200..<300).contains(reply.status), call.url.hasSuffix("/v1/traces") {
                    let names = call.body.split(separator: 10).map { line in
                        (try? JSON(parsing: Array(line)))?["name"]?.string ?? "?"
                    }
                    taken.withLock { $0.append(names) }
                }
                return reply
            }
        }
    }

    private struct Refused: Error, CustomStringConvertible { var description: String { "Connection refused" } }

    private func client(
        _ service: Service, time: TimeSource, log: CapturedLog? = nil, environment: [String: String] = [:],
        _ change: (inout FallomOptions) -> Void = { _ in }
    ) throws -> FallomClient {
        var options = FallomOptions(apiKey: "the-key")
        options.tracesURL = "https://traces.example"
        options.syncInterval = nil
        options.time = time
        options.logger = log?.logger
        options.exitTimeout = .zero
        change(&options)
        return try FallomClient(options, environment: environment, transport: service.transport)
    }

    private func add(_ client: FallomClient, _ numbers: Range<Int>) {
        let session = client.session(configKey: "app", sessionID: "s")
        for number in numbers { session.startSpan("\(number)").end() }
    }

    /// What was told of spans.
    private func told(_ log: CapturedLog) -> [String] { log.warnings.filter { $0.contains("/v1/traces") } }

    @Test(arguments: [408, 429, 500, 502, 503, 504, 0])
    func `while the service is away spans wait, and every one is there once when it is back`(status: Int) async throws {
        let service = Service { _ in
            if status == 0 { throw Refused() }
            return HTTPReply(status: status)
        }
        let client = try client(service, time: ManualTime().quick)
        add(client, 0..<500)
        // Far more tries than four.
        while (client.counters.exporters.first?.retries ?? 0) < 40 { await Task.yield() }
        #expect(client.counters.exporters.first?.failed == 0)
        service.set { _ in HTTPReply(status: 200) }
        add(client, 500..<600)
        #expect(await client.flush(timeout: .seconds(300)))
        #expect(service.spans.count == 600 && Set(service.spans).count == 600)
        #expect(client.counters.exporters.first?.delivered == 600 && client.counters.dropped == 0)
        await client.shutdown()
    }

    @Test func `while the service is away one at a time asks, and what it says about coming back is obeyed`()
        async throws
    {
        let (underWay, most) = (Counter(), Counter())
        let time = ManualTime()
        let service = Service { _ in
            underWay.add()
            defer { underWay.add(-1) }
            if underWay.value > most.value { most.add(underWay.value - most.value) }
            for _ in 0..<20 { await Task.yield() }
            return HTTPReply(status: 503, retryAfter: "7")
        }
        let client = try client(service, time: time.quick)
        add(client, 0..<100)
        while (client.counters.exporters.first?.retries ?? 0) < 20 { await Task.yield() }
        while underWay.value > 0 { await Task.yield() }
        most.add(-most.value)
        let before = client.counters.exporters.first?.retries ?? 0
        while (client.counters.exporters.first?.retries ?? 0) < before + 20 { await Task.yield() }
        #expect(most.value == 1)
        #expect(time.slept.contains(.seconds(7)))
        #expect(time.slept.allSatisfy { $0 >= .seconds(5) })
        await client.shutdown()
    }

    @Test func `waits between questions grow to thirty seconds`() {
        var link = ServiceLink()
        var now = Duration.zero
        var waits: [Duration] = []
        for _ in 0..<12 {
            link.failed(asked: now, now: now, wait: nil, fraction: 1)
            waits.append(link.nextQuestion - now)
            now = link.nextQuestion
        }
        #expect(waits.first == .milliseconds(250) && waits.last == .seconds(30))
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
        // What had been asked before the last failure says nothing new.
        let next = link.nextQuestion
        link.failed(asked: .zero, now: now, wait: nil, fraction: 1)
        #expect(link.nextQuestion == next)
        #expect(link.answered(now: now) == now)
        #expect(!link.isAway)
    }

    @Test(arguments: [
        ("7", Duration.seconds(7)), ("0", .zero), ("999999", .seconds(3600)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(37)), ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
    ]) func `Retry-After is seconds or a date`(header: String, wait: Duration) throws {
        let now = try #require(ISO8601.parse("1994-11-06T08:49:00Z"))
        #expect(RetryPolicy.wait(header, now: now) == wait)
    }

    @Test(arguments: ["", "-1", "soon", "Sun, 06 Foo 1994 08:49:37 GMT", "NaN"])
    func `a Retry-After that is none asks for nothing`(header: String) {
        #expect(RetryPolicy.wait(header, now: Timestamp(unixNanoseconds: 0)) == nil)
    }

    @Test func `where the service takes several at once they go together`() async throws {
        let gate = Gate()
        let lines = "application/json, application/x-ndjson"
        let service = Service { _ in
            await gate.wait()
            return HTTPReply(status: 200, acceptPost: lines)
        }
        let client = try client(service, time: .system)
        add(client, 0..<5000)
        gate.open()
        #expect(await client.flush(timeout: .seconds(300)))
        #expect(Set(service.spans).count == 5000 && service.spans.count == 5000)
        // The first ones went alone: nobody had said yet that several may come.
        #expect(service.batches.count < 30)
        #expect(client.counters.exporters.first?.delivered == 5000)
        await client.shutdown()
    }

    @Test func `several that are refused are tried one by one, and what the service could not read is counted`()
        async throws
    {
        let service = Service { call in
            let count = call.body.split(separator: 10).count
            if count > 1 { return HTTPReply(status: 400) }
            let isBad = String(decoding: call.body, as: UTF8.self).contains(#""name":"13""#)
            return HTTPReply(status: isBad ? 413 : 200, acceptPost: "application/x-ndjson")
        }
        let client = try client(service, time: .system)
        add(client, 0..<200)
        #expect(await client.flush(timeout: .seconds(300)))
        #expect(client.counters.exporters.first?.delivered == 199 && client.counters.exporters.first?.failed == 1)
        await client.shutdown()
    }

    @Test func `what is refused for good is told once with address, status and cure, then once a minute`() async throws
    {
        let log = CapturedLog()
        let time = ManualTime()
        let service = Service { _ in HTTPReply(status: 401) }
        let client = try client(service, time: time.quick, log: log)
        add(client, 0..<2000)
        #expect(await client.flush(timeout: .seconds(300)))
        #expect(told(log).count == 1)
        let first = try #require(told(log).first)
        for part in ["https://traces.example/v1/traces", "401", "FALLOM_API_KEY"] { #expect(first.contains(part)) }
        #expect(!first.contains("the-key") && !first.contains("[Fallom"))
        time.advance(.seconds(61))
        add(client, 0..<1)
        #expect(await client.flush(timeout: .seconds(300)))
        #expect(told(log).count == 2 && told(log).last?.contains("2000 spans") == true)
        #expect(client.counters.dropped == 2001)
        await client.shutdown()
    }

    @Test func `with debug on what goes well is said too, and that a service is back`() async throws {
        let log = CapturedLog()
        let service = Service { _ in throw Refused() }
        let client = try client(service, time: ManualTime().quick, log: log) { $0.debug = true }
        add(client, 0..<3)
        while (client.counters.exporters.first?.retries ?? 0) < 10 { await Task.yield() }
        service.set { _ in HTTPReply(status: 200) }
        #expect(await client.flush(timeout: .seconds(300)))
        #expect(told(log).count == 1 && told(log).first?.contains("connection refused") == true)
        #expect(log.lines.contains { $0.level == .notice && $0.text.contains("answers again") })
        #expect(log.lines.contains { $0.level == .debug && $0.text.contains("1 spans delivered") })
        await client.shutdown()
    }

    @Test func `a flush has an end, and goes when its task does`() async throws {
        let gate = Gate()
        let service = Service { _ in
            await gate.wait()
            return HTTPReply(status: 200)
        }
        let client = try client(service, time: ManualTime().quick) { $0.exportTimeout = .seconds(300) }
        add(client, 0..<10)
        #expect(await client.flush(timeout: .seconds(1)) == false)
        let waiting = Task { await client.flush(timeout: .seconds(300)) }
        waiting.cancel()
        #expect(await waiting.value == false)
        gate.open()
        #expect(await client.flush(timeout: .seconds(300)))
        #expect(client.counters.exporters.first?.delivered == 10)
        await client.shutdown()
    }

    @Test func `with a service that hangs memory is bounded by bytes, and spans outlast their content`() async throws {
        let gate = Gate()
        let service = Service { _ in
            await gate.wait()
            return HTTPReply(status: 200)
        }
        let client = try client(service, time: .system) {
            $0.queueBytes = 4 << 20
            $0.exportTimeout = .seconds(300)
        }
        let session = client.session(configKey: "app", sessionID: "s")
        for number in 0..<1000 {
            let span = session.startSpan("\(number)")
            span.set("input", .string(String(repeating: "x", count: 64 << 10)))
            span.end()
        }
        gate.open()
        #expect(await client.flush(timeout: .seconds(300)))
        #expect(Set(service.spans).count == 1000)
        let counters = client.counters
        #expect(counters.dropped == 0)
        #expect(counters.spans.contentsGivenUp + (counters.exporters.first?.contentsGivenUp ?? 0) > 900)
        await client.shutdown()
    }

    /// On a busy machine a shutdown gives up from outside what its exporters still send.
    @Test(arguments: ["https://traces.example", "otlp"])
    func `what is given up from outside is counted, in whatever form it was to go`(url: String) async throws {
        let service = Service { _ in try await untilCancelled() }
        let client = try client(
            service, time: .system, environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example"]
        ) {
            $0.tracesURL = url
            $0.exportTimeout = .seconds(300)
        }
        add(client, 0..<3)
        while (client.counters.exporters.first?.accepted ?? 0) < 3 { await Task.yield() }
        client.core.pipeline.abandon()
        // What was on its way is counted when its request has let go.
        #expect(await client.flush(timeout: .seconds(200)))
        let counters = try #require(client.counters.exporters.first)
        #expect(counters.failed == 3 && counters.queued == 0)
        await client.shutdown()
    }

    @Test func `what waits too long is given up, counted and told`() async throws {
        let log = CapturedLog()
        let time = ManualTime()
        let service = Service { _ in throw Refused() }
        let client = try client(service, time: time.quick, log: log) { $0.maximumAge = .seconds(60) }
        add(client, 0..<10)
        while (client.counters.exporters.first?.retries ?? 0) < 10 { await Task.yield() }
        time.advance(.seconds(61))
        #expect(await client.flush(timeout: .seconds(300)))
        #expect(client.counters.exporters.first?.failed == 10 && client.counters.dropped == 10)
        #expect(log.warnings.contains { $0.contains("10 spans waited longer") })
        await client.shutdown()
    }

    @Test func `a client that is run delivers, whether its body returns, throws or is cancelled`() async throws {
        struct Oops: Error {}
        for ending in ["returns", "throws", "cancelled"] {
            var options = FallomOptions(apiKey: "k")
            options.baseURL = PythonServer.backend.url + "/ok"
            let task = Task { [options] in
                try await FallomClient.run(options) { fallom in
                    fallom.session(configKey: "app", sessionID: "run-\(ending)").startSpan("last").end()
                    if ending == "throws" { throw Oops() }
                    if ending == "cancelled" { try await untilCancelled() }
                }
            }
            if ending == "cancelled" { task.cancel() }
            let result = await task.result
            #expect((try? result.get()) != nil || ending != "returns")
            let bodies = try await BackendTests.log().compactMap { $0["body"]?.string }
            #expect(bodies.contains { $0.contains("run-\(ending)") })
        }
    }
}

extension ManualTime {
    /// Waits of up to a minute return at once; longer ones last until they are cancelled.
    var quick: TimeSource {
        var time = instant
        let waits = time.sleep
        time.sleep = { duration in
            try await waits(duration)
            if duration > .seconds(60) {
                try await untilCancelled()
            } else {
                await Task.yield()
                try Task.checkCancellation()
            }
        }
        return time
    }
}
