// What TracedLanguageModel needs of Apple's FoundationModels (OS 27), declared by us with its names and types as its
// documentation gives them, so that it compiles here. In an app the framework itself is imported.
#if !canImport(FoundationModels)
protocol SystemModel: Sendable {
    associatedtype Executor: LanguageModelExecutor
    var capabilities: LanguageModelCapabilities { get }
    var executorConfiguration: Executor.Configuration { get }
}

protocol LanguageModelExecutor: Sendable {
    associatedtype Configuration: Hashable, Sendable
    associatedtype Model: SystemModel
    init(configuration: Configuration) throws
    func prewarm(model: Model, transcript: Transcript)
    nonisolated(nonsending) func respond(
        to request: LanguageModelExecutorGenerationRequest, model: Model,
        streamingInto channel: LanguageModelExecutorGenerationChannel
    ) async throws
}

struct LanguageModelCapabilities: Sendable {}

struct Transcript: Codable, Sendable { var entries: [String] }

struct LanguageModelExecutorGenerationRequest: Sendable { var transcript: Transcript }

final class LanguageModelExecutorGenerationChannel: Sendable {}
#endif
