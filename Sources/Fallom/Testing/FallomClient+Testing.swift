import LocalExport
import OrderedJSON
import SpanCodec

extension FallomClient {
    /// A client for an app's own tests: it gives the models and prompts that the test says and keeps spans in memory
    /// (``finishedSpans()``). Nothing leaves the process, nothing is read from the environment, and any number of such
    /// clients may be used side by side.
    ///
    /// ```swift
    /// let fallom = try FallomClient.testing(
    ///     assignments: ["my-agent": "gpt-4o"],
    ///     prompts: [PromptFixture("onboarding", system: "Greet {{name}}.")])
    /// ```
    ///
    /// - Parameters:
    ///   - assignments: the model that every session of a config gets.
    ///   - prompts: managed prompts.
    ///   - abTests: A/B tests of prompts.
    ///   - exchanges: what ``openAI``, ``anthropic``, ``google`` and the models of ``modelRouter`` are answered; they ask nobody. Calls that are not on it
    ///     fail.
    ///   - change: whatever else the test wants otherwise.
    public static func testing(
        assignments: [String: String] = [:], prompts: [PromptFixture] = [], abTests: [PromptABFixture] = [],
        exchanges: ExchangeTape = ExchangeTape(), captureContent: Bool = true,
        change: (inout FallomOptions) -> Void = { _ in }
    ) throws(ConfigurationError) -> FallomClient {
        var options = FallomOptions(captureContent: captureContent)
        options.baseURL = "http://testing.invalid"
        options.sendsTraces = false
        options.exporters = [InMemoryExporter()]
        options.recordsAssignments = false
        options.syncInterval = nil
        change(&options)
        let configs = assignments.sorted { $0.key < $1.key }.map { key, model -> JSONValue in
            ["key": .string(key), "version": 1, "variants": [["model": .string(model), "weight": 100]]]
        }
        let service = FixedService(lists: [
            "/configs": ["configs": .array(configs)], "/prompts": ["prompts": .array(prompts.map(\.record))],
            "/prompt-ab-tests": ["prompt_ab_tests": .array(abTests.map(\.record))],
        ])
        return try FallomClient(options, environment: [:], transport: service, exchanges: exchanges)
    }

    /// The spans that have ended so far, of a client made by ``testing(assignments:prompts:abTests:exchanges:captureContent:change:)``
    /// or with an ``InMemoryExporter`` among its exporters. Scores are no spans: ``finishedScores()``.
    public func finishedSpans() async -> [FinishedSpan] {
        await keptRecords().filter { FinishedScore($0) == nil }.map(FinishedSpan.init)
    }

    /// The scores that were given so far, in order, of such a client.
    public func finishedScores() async -> [FinishedScore] {
        await keptRecords().compactMap(FinishedScore.init)
    }

    private func keptRecords() async -> [SpanRecord] {
        await flush()
        return core.pipeline.exporters.compactMap { ($0 as? AppExporter)?.base as? InMemoryExporter }.flatMap(\.spans)
    }
}

/// Answers with lists from memory.
private struct FixedService: HTTPTransport {
    let lists: [String: JSONValue]

    func send(_ call: HTTPCall, within limit: Duration, bodyLimit: Int) async throws -> HTTPReply {
        guard let list = lists.first(where: { call.url.hasSuffix($0.key) }) else { return HTTPReply(status: 404) }
        return HTTPReply(status: 200, body: list.value.compactBytes)
    }

    func shutdown() async {}
}
