/// Why a sink takes nothing now: what waits in it has no more room. Whoever sends is to come again later (429).
public struct SinkIsFull: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened, a sentence without a full stop.
    public let description: String

    /// Makes one.
    public init(_ description: String) {
        self.description = description
    }
}
