package import OrderedJSON

/// What a model call left behind, in the shape in which the published SDKs send it (conventions §3).
package struct CapturedCall: Sendable {
    /// A tool the model asked for.
    package struct ToolCall: Hashable, Sendable {
        package var id: String?
        package var name: String

        package init(id: String?, name: String) {
            self.id = id
            self.name = name
        }
    }

    /// The model asked for, where that was not known at the start.
    package var requestModel: String?
    /// Whether the answer came in pieces, where that was not known at the start.
    package var isStreaming: Bool?
    /// The model that answered.
    package var responseModel: String?
    /// `fallom.raw.request`: content.
    package var request: JSONValue?
    /// `fallom.raw.response`: content.
    package var response: JSONValue?
    /// `fallom.raw.usage`, as the provider gave it.
    package var usage: JSONValue?
    /// `fallom.raw.metadata`: what the answer says beside its content.
    package var metadata: JSONValue?
    /// Tools the model asked for.
    package var toolCalls: [ToolCall] = []
    /// Names of the tools that the app offered: only these are told apart from content.
    package var offeredTools: Set<String> = []
    /// More attributes; none of them content.
    package var attributes: [JSONMember] = []
    /// More of `fallom.raw.timings`; none of it content.
    package var timings: [JSONMember] = []

    package init() {}
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
