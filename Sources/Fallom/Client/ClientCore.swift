import LocalExport
package import OrderedJSON
import Synchronization

/// What sessions and clients share: made once by ``FallomClient``, without a way back to it.
package final class ClientCore: Sendable {
    package let pipeline: SpanPipeline
    package let policy: ContentPolicy
    package let time: TimeSource
    package let ids: IDSource
    let models: ModelsClient
    let prompts: PromptsClient
    package let promptMemory: PromptMemory
    let log: DebugLog
    private let contexts: ContextTable

    init(
        pipeline: SpanPipeline, policy: ContentPolicy, time: TimeSource, ids: IDSource, models: ModelsClient,
        prompts: PromptsClient, promptMemory: PromptMemory, contexts: ContextTable, log: DebugLog
    ) {
        self.pipeline = pipeline
        self.policy = policy
        self.time = time
        self.ids = ids
        self.models = models
        self.prompts = prompts
        self.promptMemory = promptMemory
        self.contexts = contexts
        self.log = log
    }

    /// The context that the session's model was asked with, as an attribute.
    package func contextAttribute(sessionID: String) -> JSONMember? {
        contexts.text(sessionID: sessionID).map { JSONMember("fallom.context", .string($0)) }
    }
}
