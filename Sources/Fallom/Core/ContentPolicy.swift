import OrderedJSON
import ProviderCalls
import SpanCodec

/// What may leave the process.
public struct ContentPolicy: Hashable, Sendable {
    /// Whether prompts, completions, tool arguments and results are captured.
    public var capturesContent: Bool

    /// Makes a policy.
    public init(capturesContent: Bool) {
        self.capturesContent = capturesContent
    }

    /// What a span may say of an error.
    package func errorMessage(_ error: any Error) -> String { FailureNote(error).message(self) }

    /// Names of attributes that hold what was said, in any emitter's words; with content off they are left out wherever
    /// they come from.
    public static func isContent(attribute name: String) -> Bool {
        ContentAttributes.isContent(name)
    }
}

/// A failure, kept until it is known how much of it may be said.
struct FailureNote: Sendable {
    private let error: any Error

    init(_ error: any Error) { self.error = error }

    /// What the span says: the error's own words where content is captured; else only its status and type, because an
    /// error may repeat the prompt.
    func message(_ policy: ContentPolicy) -> String {
        if policy.capturesContent { return String(describing: error) }
        if let status { return "\(status) \(typeName)" }
        return typeName
    }

    /// The provider's HTTP status, where there is one.
    var status: Int? { (error as? any HTTPStatusError)?.httpStatus }

    var isCancellation: Bool { error is CancellationError }

    var typeName: String { (error as? CleanedError)?.typeName ?? String(describing: type(of: error)) }
}

/// An error that carries the status of a provider's answer. A third-party client's error that conforms to it shows its
/// status on the span.
public protocol HTTPStatusError: Error {
    /// The status, as in 429.
    var httpStatus: Int? { get }
}
