package import TraceModel

/// A call of a model API that is over: what its request and answer say.
package struct ProviderCall: Sendable {
    /// How the answer ended.
    package enum Completeness: Hashable, Sendable {
        /// The whole answer came.
        case whole
        /// It ended before the provider said that it is whole.
        case incomplete
        /// Nobody read it any further.
        case abandoned
        /// The connection failed.
        case failed
        /// It was cancelled.
        case cancelled
    }

    /// The request.
    package var request: ProviderRequest
    /// What request and answer say.
    package var captured: CapturedCall
    /// How the answer ended.
    package var completeness: Completeness
    /// The answer's HTTP status; `nil` when there was no answer.
    package var status: Int?
    /// The provider's id of the request.
    package var requestID: String?
    /// Nanoseconds from the start to the first content; `nil` when none came in pieces.
    package var firstToken: Int64?
    /// How the call ended, in the words of a record.
    package var ending: CallEnding

    /// What a span of it is for.
    package var kind: SpanKind { request.dialect.kind }
    /// The span's name.
    package var name: String { request.dialect.method }
    /// The model that answered, else the one asked for.
    package var model: String? { captured.responseModel ?? request.model }
    /// The error in place of an answer, or inside one.
    package var failure: CallFailure? { captured.failure }
}
