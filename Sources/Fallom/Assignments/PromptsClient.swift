import Assignment
public import Prompts

/// Managed prompts, and prompt A/B tests (assignment contract §4).
///
/// The prompt got last tags the next span of the same task, once: `prompts.get`, then the call.
public final class PromptsClient: Sendable {
    private let prompts: CatalogSource<PromptRecord>
    private let tests: CatalogSource<PromptABTest>
    private let tags: PromptTagTable

    init(
        _ configuration: ResolvedConfiguration, _ options: FallomOptions, _ transport: any HTTPTransport,
        tags: PromptTagTable, log: DebugLog
    ) {
        self.tags = tags
        let fetcher = Fetcher(
            service: configuration.prompts, apiKey: configuration.apiKey, transport: transport,
            timeout: options.fetchTimeout, time: options.time, log: log, isEnabled: configuration.syncsPrompts)
        prompts = CatalogSource(
            reading: .init(path: "prompts", member: "prompts") { json in
                let prompt = try PromptRecord(record: json)
                return (prompt, prompt.key, prompt.version)
            }, fetcher: fetcher)
        tests = CatalogSource(
            reading: .init(path: "prompt-ab-tests", member: "prompt_ab_tests") { json in
                let test = try PromptABTest(record: json)
                return (test, test.key, test.version)
            }, fetcher: fetcher)
    }

    /// A managed prompt with its placeholders filled in.
    ///
    /// - Parameters:
    ///   - key: the prompt.
    ///   - variables: what the placeholders stand for.
    ///   - version: a pinned version, 0 included; `nil` for the current one. One that the list does not have is not
    ///     asked for: the service has no call for it.
    /// - Throws: `PromptError` when there is none.
    public nonisolated(nonsending) func get(
        _ key: String, variables: PromptVariables = PromptVariables(), version: Int? = nil
    ) async throws(PromptError) -> PromptResult {
        if prompts.snapshot.catalog[key] == nil { await prompts.syncUnlessRecent() }
        let result = try prompts.snapshot.catalog.prompt(key: key, version: version, variables: variables)
        tags.leave(PromptTag(result))
        return result
    }

    /// The prompt that an A/B test chooses for a session: always the same one while the test stays as it is.
    ///
    /// - Throws: `PromptError` when there is no such test, or the prompt it chooses is unknown.
    public nonisolated(nonsending) func getAB(
        _ test: String, sessionID: String, variables: PromptVariables = PromptVariables()
    ) async throws(PromptError) -> PromptResult {
        if tests.snapshot.catalog[test] == nil { await tests.syncUnlessRecent() }
        if prompts.snapshot.catalog.isEmpty { await prompts.syncUnlessRecent() }
        let known = try tests.snapshot.catalog.test(key: test)
        let result = try prompts.snapshot.catalog.prompt(
            of: known, sessionID: sessionID, variables: variables)
        tags.leave(PromptTag(result))
        return result
    }

    /// How the synchronisation of prompts goes.
    public var status: SyncStatus { prompts.snapshot.status }

    /// How the synchronisation of A/B tests goes.
    public var abTestStatus: SyncStatus { tests.snapshot.status }

    /// Fetches prompts and A/B tests now.
    public func sync() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.prompts.sync() }
            group.addTask { await self.tests.sync() }
        }
    }

    func syncUnlessRecent() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.prompts.syncUnlessRecent() }
            group.addTask { await self.tests.syncUnlessRecent() }
        }
    }
}

extension PromptTag {
    init(_ result: PromptResult) {
        self.init(
            key: result.key, version: result.version, abTestKey: result.abTestKey, variantIndex: result.variantIndex)
    }
}

extension PromptResult {
    /// Hands the prompt's tag to the next span made inside `operation`, in whatever task that span is made: for a prompt
    /// got in one task and used in another.
    public nonisolated(nonsending) func tagging<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let outcome = await PromptSlot.$current.withValue(PromptSlot(PromptTag(self))) {
            () async -> Swift.Result<Result, Failure> in
            do throws(Failure) { return .success(try await operation()) } catch { return .failure(error) }
        }
        return try outcome.get()
    }
}
