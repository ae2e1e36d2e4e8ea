import OrderedJSON
package import SpanCodec
package import TraceModel

/// What says to whom a span belongs: the same on every span of a session.
public struct SessionContext: Hashable, Sendable {
    /// The app, named by its config key.
    public var configKey: String
    /// The conversation or request.
    public var sessionID: String
    /// The customer or user.
    public var customerID: String?
    /// Free metadata, any JSON.
    public var metadata: [String: JSON]
    /// Tags.
    public var tags: [String]

    /// Makes a context.
    public init(
        configKey: String, sessionID: String, customerID: String? = nil, metadata: [String: JSON] = [:],
        tags: [String] = []
    ) {
        self.configKey = configKey
        self.sessionID = sessionID
        self.customerID = customerID
        self.metadata = metadata
        self.tags = tags
    }

    /// A record of this session, with nothing but its identity and start.
    package func record(
        _ ids: SpanContext, parentID: String?, name: String, kind: SpanKind, start: Timestamp
    ) -> FallomRecord {
        var record = FallomRecord(
            configKey: configKey, sessionID: sessionID, customerID: customerID, traceID: ids.traceID,
            spanID: ids.spanID, parentSpanID: parentID, name: name, kind: kind, startTime: start)
        record.metadata = metadata.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value.value) }
        record.tags = tags
        return record
    }
}
