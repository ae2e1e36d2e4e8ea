import TraceModel

/// Conditions of the filter language written by the console itself.
enum FilterText {
    /// `field:value`, quoted where the value needs it.
    static func condition(_ field: String, _ value: String) -> String {
        let isPlain = value.allSatisfy { $0.isLetter || $0.isNumber || "-_.@/".contains($0) }
        guard !isPlain || value.isEmpty else { return field + ":" + value }
        var quoted = ""
        for character in value {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.append(character)
        }
        return field + ":\"" + quoted + "\""
    }

    /// Two filters that must both hold.
    static func joined(_ text: String, _ other: String) -> String {
        guard !text.isEmpty else { return other }
        return (text.contains(" OR ") ? "(\(text))" : text) + " " + other
    }
}

/// A condition that something on the screen meets: what "filter by this" offers.
struct FilterCondition: Hashable, Sendable {
    /// The field's name.
    var field: String
    /// What the thing has there.
    var value: String

    /// The condition as it is typed.
    var text: String { FilterText.condition(field, value) }

    /// What a span meets.
    static func all(of stored: StoredSpan) -> [FilterCondition] {
        let span = stored.span
        let prompt = span.promptKey.map { key in span.promptVersion.map { "\(key)@\($0)" } ?? key }
        var conditions = some([
            ("session", stored.sessionID), ("customer", stored.customerID), ("model", span.model), ("name", span.name),
            ("kind", span.kind.rawValue), ("status", span.isRunning ? "running" : span.status.rawValue),
            ("provider", span.provider), ("config", stored.configKey), ("prompt", prompt),
            ("variant", span.promptVariantIndex.map(String.init)), ("finish", span.finishReason),
            ("error", span.errorMessage), ("trace", span.key.traceID),
        ])
        conditions += span.tags.map { FilterCondition(field: "tag", value: $0) }
        return conditions
    }

    /// What spans of a session meet.
    static func all(of session: SessionSummary) -> [FilterCondition] {
        some([
            ("customer", session.customerID), ("config", session.configKey), ("session", session.sessionID),
        ]) + session.models.map { FilterCondition(field: "model", value: $0) }
    }

    private static func some(_ pairs: [(String, String?)]) -> [FilterCondition] {
        pairs.compactMap { field, value in
            value.flatMap { $0.isEmpty ? nil : FilterCondition(field: field, value: $0) }
        }
    }
}
