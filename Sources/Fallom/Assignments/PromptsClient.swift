import Assignment
import Prompts

/// Managed prompts, and prompt A/B tests (docs/assignment.md §4).
///
/// A prompt tags the calls that use it, so that figures per prompt, version and variant come out of the traces. A call
/// uses a prompt when it was made from the value (``ChatMessage/system(_:)-(Prompt)``,
/// ``ChatRequest/init(model:prompt:messages:parameters:)``), when the prompt's text stands in one of its messages, or
/// when the prompt was handed to it (``Prompt/tagging(_:)``). Texts are compared in the process, so that
/// it does not matter whether content is captured. Got by ``Session/getPrompt(_:variables:version:)`` a prompt is looked
/// for in that session's calls, got here in all.
public final class PromptsClient: Sendable {
    private let prompts: CatalogSource<PromptRecord>
    private let tests: CatalogSource<PromptABTest>
    private let memory: PromptMemory
    private let check: PromptVariableCheck

    init(
        _ configuration: ResolvedConfiguration, _ options: FallomOptions, _ transport: any HTTPTransport,
        memory: PromptMemory, log: DebugLog
    ) {
        self.memory = memory
        check = PromptVariableCheck(options.missingPromptVariables, log: log)
        let fetcher = Fetcher(
            service: configuration.prompts, apiKey: configuration.apiKey, transport: transport,
            timeout: options.fetchTimeout, time: options.time, log: log, isEnabled: configuration.syncsPrompts,
            variable: "FALLOM_PROMPTS_URL", hasLoop: options.syncInterval != nil && configuration.syncsPrompts)
        prompts = CatalogSource(reading: .init(path: "prompts", member: "prompts"), fetcher: fetcher)
        tests = CatalogSource(reading: .init(path: "prompt-ab-tests", member: "prompt_ab_tests"), fetcher: fetcher)
    }

    /// A managed prompt with its placeholders filled in.
    ///
    /// - Parameters:
    ///   - key: the prompt.
    ///   - variables: what the placeholders stand for.
    ///   - version: a pinned version, 0 included; `nil` for the current one. One that the list does not have is not
    ///     asked for: the service has no call for it.
    /// - Throws: ``PromptFailure`` when there is none.
    public nonisolated(nonsending) func get(
        _ key: String, variables: PromptValues = PromptValues(), version: Int? = nil
    ) async throws(PromptFailure) -> Prompt {
        try await find(key, variables, version, sessionID: nil)
    }

    /// The prompt that an A/B test chooses for a session: always the same one while the test stays as it is.
    ///
    /// - Throws: ``PromptFailure`` when there is no such test, or the prompt it chooses is unknown.
    public nonisolated(nonsending) func getAB(
        _ test: String, sessionID: String, variables: PromptValues = PromptValues()
    ) async throws(PromptFailure) -> Prompt {
        try await findAB(test, variables, choosingFor: sessionID, sessionID: nil)
    }

    /// The prompt, to be known in the calls of that session, or of all.
    nonisolated(nonsending) func find(
        _ key: String, _ variables: PromptValues, _ version: Int?, sessionID: String?
    ) async throws(PromptFailure) -> Prompt {
        if prompts.snapshot.catalog[key] == nil { await prompts.syncUnlessRecent() }
        do throws(PromptError) {
            let found = try prompts.snapshot.catalog.prompt(
                key: key, version: version, variables: variables.variables)
            return given(try check.complete(found), sessionID)
        } catch {
            throw PromptFailure(explained(error))
        }
    }

    /// The prompt that an A/B test chooses, to be known in the calls of that session, or of all.
    nonisolated(nonsending) func findAB(
        _ test: String, _ variables: PromptValues, choosingFor chooser: String, sessionID: String?
    ) async throws(PromptFailure) -> Prompt {
        // One limit for both lists.
        var patience = tests.patience()
        if tests.snapshot.catalog[test] == nil { await tests.syncUnlessRecent(&patience) }
        if prompts.snapshot.catalog.isEmpty { await prompts.syncUnlessRecent(&patience) }
        do throws(PromptError) {
            let known = try tests.snapshot.catalog.test(key: test)
            let found = try prompts.snapshot.catalog.prompt(
                of: known, sessionID: chooser, variables: variables.variables)
            return given(try check.complete(found), sessionID)
        } catch {
            throw PromptFailure(explained(error))
        }
    }

    private func given(_ result: PromptResult, _ sessionID: String?) -> Prompt {
        memory.add(result, sessionID: sessionID)
        return Prompt(result)
    }

    /// The error, with the service that was asked.
    private func explained(_ error: PromptError) -> PromptError {
        switch error {
        case .promptNotFound(let key, _):
            let (place, reason) = prompts.whereabouts()
            return place.map { .promptNotFound(key: key, service: $0) } ?? .serviceUnavailable(key: key, reason: reason)
        case .abTestNotFound(let key, _):
            let (place, reason) = tests.whereabouts()
            return place.map { .abTestNotFound(key: key, service: $0) } ?? .serviceUnavailable(key: key, reason: reason)
        default: return error
        }
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

    func syncInLoop() async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.prompts.syncInLoop() }
            group.addTask { await self.tests.syncInLoop() }
            return await group.reduce(true) { $0 && $1 }
        }
    }
}
