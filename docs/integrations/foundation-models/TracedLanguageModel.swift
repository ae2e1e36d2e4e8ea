import Fallom

#if canImport(FoundationModels)
import FoundationModels
// Both libraries have a type of that name.
@available(iOS 27, macOS 27, visionOS 27, watchOS 27, *)
typealias SystemModel = FoundationModels.LanguageModel
#endif

/// A model of Apple's FoundationModels whose answers are spans of a session, whichever model is inside:
/// `LanguageModelSession(model: TracedLanguageModel(model, name: "claude-sonnet-4-5", session: session))`.
///
/// The span says when the model was asked, how long it took, what went wrong and, where content is captured, the transcript so far:
/// the answer stands in the next one. What the model sends goes past it untouched.
@available(iOS 27, macOS 27, visionOS 27, watchOS 27, *)
struct TracedLanguageModel<Base: SystemModel>: SystemModel where Base.Executor.Model == Base {
    let base: Base
    let name: String
    let session: Fallom.Session

    init(_ base: Base, name: String, session: Fallom.Session) {
        self.base = base
        self.name = name
        self.session = session
    }

    var capabilities: LanguageModelCapabilities { base.capabilities }
    var executorConfiguration: Executor.Configuration { Executor.Configuration(base: base.executorConfiguration) }

    struct Executor: LanguageModelExecutor {
        typealias Model = TracedLanguageModel<Base>

        /// What is inside alone tells executors apart, so that each model keeps its own.
        struct Configuration: Hashable, Sendable { let base: Base.Executor.Configuration }

        private let base: Base.Executor

        init(configuration: Configuration) throws { base = try Base.Executor(configuration: configuration.base) }

        func prewarm(model: TracedLanguageModel<Base>, transcript: Transcript) {
            base.prewarm(model: model.base, transcript: transcript)
        }

        nonisolated(nonsending) func respond(
            to request: LanguageModelExecutorGenerationRequest, model: TracedLanguageModel<Base>,
            streamingInto channel: LanguageModelExecutorGenerationChannel
        ) async throws {
            let attributes: [String: (any JSONConvertible)?] = [
                "gen_ai.request.model": model.name, "input": try? JSON(encoding: request.transcript),
            ]
            try await model.session.span("FoundationModels.respond", kind: .llm, attributes: attributes) { _ in
                try await base.respond(to: request, model: model.base, streamingInto: channel)
            }
        }
    }
}
