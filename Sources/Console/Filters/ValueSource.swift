public import TraceModel

/// Where the values of a field are read that a person may want to type.
public enum ValueSource: Hashable, Sendable {
    /// A field that usage is summed by, over the whole store.
    case field(UsageField)
    /// Names of attributes, of the newest spans.
    case attributeNames
    /// Values of an attribute, of the newest spans.
    case attribute(String)

    /// A value and how often it was seen.
    public struct Value: Hashable, Sendable {
        /// The value.
        public var text: String
        /// Spans that have it.
        public var spans: Int
    }

    /// More values than these are not offered.
    private static let most = 1000
    /// So many of the newest spans are looked into for attributes.
    private static let newest = 100

    /// The values, the most frequent first.
    public func values(
        in reader: any TraceReader, decode: (StoredSpanPayload) throws -> LoadedSpan
    ) async throws -> [Value] {
        switch self {
        case .field(let field):
            let report = try await reader.usage(UsageQuery(by: [field]))
            return Self.ordered(
                report.rows.compactMap { row in
                    (row.values.first ?? nil).map { Value(text: $0, spans: row.figures.spans) }
                })
        case .attributeNames:
            return try await counted(in: reader, decode) { $0.entries.map(\.name) }
        case .attribute(let name):
            return try await counted(in: reader, decode) { attributes in
                attributes.entries.filter { $0.name == name }.map { AttributeText.text($0.value) }
            }
        }
    }

    private func counted(
        in reader: any TraceReader, _ decode: (StoredSpanPayload) throws -> LoadedSpan,
        _ texts: (AttributeMap) -> [String]
    ) async throws -> [Value] {
        var counts: [String: Int] = [:]
        for stored in try await reader.spans(SpanQuery(limit: Self.newest)).spans {
            guard let payload = try await reader.payload(of: stored.span.key) else { continue }
            for text in texts(try decode(payload).detail.attributes) where text.utf8.count <= 200 {
                counts[text, default: 0] += 1
            }
        }
        return Self.ordered(counts.map { Value(text: $0.key, spans: $0.value) })
    }

    private static func ordered(_ values: [Value]) -> [Value] {
        Array(values.sorted { ($1.spans, $0.text) < ($0.spans, $1.text) }.prefix(most))
    }
}
