package import OrderedJSON
package import TraceModel

/// What a model call left behind, in the shape in which the published SDKs send it (docs/wire.md §3), and the figures that
/// were read of it.
package struct CapturedCall: Sendable {
    /// A tool of the app's that the model asked for.
    package struct ToolCall: Hashable, Sendable {
        package var id: String?
        package var name: String
        /// What the model wrote: JSON, if it did well. Content.
        package var arguments: String

        package init(id: String?, name: String, arguments: String = "") {
            self.id = id
            self.name = name
            self.arguments = arguments
        }
    }

    /// The model asked for, where that was not known at the start.
    package var requestModel: String?
    /// Whether the answer came in pieces, where that was not known at the start.
    package var isStreaming: Bool?
    /// The model that answered.
    package var responseModel: String?
    /// Who answered, where the answer tells and the address may not.
    package var answeredBy: String?
    /// The provider's id of the answer.
    package var responseID: String?
    /// `fallom.raw.request`: content.
    package var request: JSONValue?
    /// `fallom.raw.response`: content.
    package var response: JSONValue?
    /// `fallom.raw.usage`, as the provider gave it.
    package var usage: JSONValue?
    /// The tokens that ``usage`` means, by the rules of the API it came from.
    package var tokens: TokenUsage?
    /// What the provider says the call cost, in US dollars.
    package var cost: Double?
    /// Why the model stopped: `stop`, `length`, `tool_calls`, `content_filter`, or the provider's own word.
    package var finishReason: String?
    /// `fallom.raw.metadata`: what the answer says beside its content.
    package var metadata: JSONValue?
    /// Tools the model asked for.
    package var toolCalls: [ToolCall] = []
    /// Names of the tools that the app offered: only these are told apart from content.
    package var offeredTools: Set<String> = []
    /// An error that came in the place of an answer, or inside one.
    package var failure: CallFailure?
    /// Whether the pieces that came are the whole answer; `nil` where that cannot be told from them.
    package var isWhole: Bool?
    /// More attributes; none of them content.
    package var attributes: [JSONMember] = []
    /// More of `fallom.raw.timings`; none of it content.
    package var timings: [JSONMember] = []

    package init() {}

    /// Takes out of a failed call's answer what the request was let in by: servers repeat it.
    mutating func withhold(_ secrets: @autoclosure () -> RequestSecrets) {
        guard let failure else { return }
        let secrets = secrets()
        self.failure = secrets.cleaned(failure)
        response = response.map(secrets.cleaned)
        metadata = metadata.map(secrets.cleaned)
    }
}

/// How a call ended.
package enum CallEnding: Sendable {
    /// With an answer.
    case answered
    /// With an error that the app sees.
    case failed(any Error)
    /// The app stopped reading, or let the stream go.
    case abandoned
    /// The task was cancelled and the stream ended for it.
    case cancelled
}
