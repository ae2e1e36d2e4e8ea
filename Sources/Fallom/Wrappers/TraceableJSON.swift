/// A request, an answer or a piece of one that a wrapper can read: anything that says what it is as JSON, in the
/// provider's own shape.
///
/// An `Encodable` type whose encoding is the provider's JSON needs one line:
///
/// ```swift
/// extension ChatQuery: TraceableJSON {}
/// ```
public protocol TraceableJSON: Sendable {
    /// The value as the provider's JSON; `nil` when it cannot be written. Called away from the app's own path, except
    /// for the pieces of a stream until the first that holds content.
    var traceableJSON: JSON? { get }
}

extension TraceableJSON where Self: Encodable {
    /// What the value's encoding gives.
    public var traceableJSON: JSON? { JSONCoding.json(of: self).map { JSON($0) } }
}

extension JSON: TraceableJSON {
    /// The value itself.
    public var traceableJSON: JSON? { self }
}
