/// A span with all that its payload holds.
public struct LoadedSpan: Sendable {
    /// The span.
    public var stored: StoredSpan
    /// Messages, attributes, events.
    public var detail: SpanDetail
    /// The record as JSON text, as it came where it came as JSON.
    public var json: String

    /// Makes one.
    public init(stored: StoredSpan, detail: SpanDetail, json: String) {
        self.stored = stored
        self.detail = detail
        self.json = json
    }
}
