import Cells
import Display
import OrderedJSON
import TraceModel

/// A span for people: figures, the conversation, the attributes.
struct SpanReport {
    let stored: StoredSpan
    let detail: SpanDetail
    let now: Timestamp

    private var span: Span { stored.span }

    /// The lines of the report.
    func lines(for terminal: Terminal) -> [String] {
        let title = [span.name, span.kind.rawValue, span.model].compactMap { $0 }.map(harmlessText)
            .joined(separator: "  ")
        var lines = [Table.painted(title, .strong, terminal), ""]
        lines += figures.map { named($0.name, $0.value) }
        // Each is what 'fallom span' takes.
        lines += detail.links.map { named("link", "\($0.traceID) \($0.spanID)\(Self.words($0.attributes))") }
        lines += section("input", detail.input, terminal)
        lines += section("output", detail.output, terminal)
        if !detail.attributes.isEmpty {
            lines += ["", Table.painted("attributes", .dim, terminal)]
            lines += detail.attributes.entries.map {
                "  \(harmlessText($0.name)) = \(harmlessText(AttributeLine.short($0.value)))"
            }
        }
        return lines
    }

    private static func words(_ attributes: AttributeMap) -> String {
        attributes.entries.map { "  \($0.name) = \(AttributeLine.short($0.value))" }.joined()
    }

    private var figures: [(name: String, value: String)] {
        let all: [(name: String, value: String?)] = [
            ("span", "\(span.key.traceID) \(span.key.spanID)"),
            ("session", stored.sessionID),
            ("customer", stored.customerID),
            ("config", stored.configKey),
            ("started", WallClock.local.moment(span.start, now: now)),
            ("latency", span.isRunning ? "running" : Figure.duration(span.durationNanoseconds)),
            ("first token", Figure.duration(span.timeToFirstTokenNanoseconds)),
            ("speed", span.outputMilliTokensPerSecond.map { Figure.speed($0) + " tok/s" }),
            ("tokens", tokens),
            ("cost", Figure.cost(span.cost)),
            ("finish", span.finishReason),
            ("error", span.status == .error ? span.errorMessage ?? "yes" : nil),
            ("prompt", prompt),
            ("tags", span.tags.joined(separator: ", ")),
            ("scores", ScoreDocument.summary(stored.scores)),
        ]
        return all.compactMap { name, value in
            guard let value, !value.isEmpty else { return nil }
            return (name, value)
        }
    }

    private var tokens: String {
        var text = Figure.tokens(span.usage)
        if let cached = span.usage.cached, cached > 0 { text += ", \(Figure.count(cached)) cached" }
        if let reasoning = span.usage.reasoning, reasoning > 0 { text += ", \(Figure.count(reasoning)) reasoning" }
        return text
    }

    private var prompt: String? {
        guard let key = span.promptKey else { return nil }
        var text = key + (span.promptVersion.map { "@\($0)" } ?? "")
        if let test = span.promptABTestKey { text += ", \(test)" }
        if let variant = span.promptVariantIndex { text += " variant \(variant)" }
        return text
    }

    private func named(_ name: String, _ value: String) -> String {
        "\(name)\(String(repeating: " ", count: max(1, 13 - name.count)))\(harmlessText(value))"
    }

    private func section(_ title: String, _ content: CapturedContent, _ terminal: Terminal) -> [String] {
        let heading = ["", Table.painted(title, .dim, terminal)]
        switch content {
        case .notCaptured: return heading + ["  not captured"]
        case .value(let text): return heading + indented(text)
        case .messages(let messages):
            return heading
                + messages.flatMap { message in
                    ["  " + Table.painted(harmlessText(message.name ?? message.role), .strong, terminal)]
                        + message.parts.flatMap { indented(ReportText.of($0), by: 4) }
                }
        }
    }

    /// Each line made harmless by itself, so that the line ends of a text stay.
    private func indented(_ text: String, by columns: Int = 2) -> [String] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
            String(repeating: " ", count: columns) + harmlessText(String($0))
        }
    }
}

/// The parts of a message as text for people.
private enum ReportText {
    static func of(_ part: MessagePart) -> String {
        switch part {
        case .text(let text): text
        case .reasoning(let text): "(reasoning) \(text)"
        case .toolCall(_, let name, let arguments): "→ \(name) \(arguments)"
        case .toolResult(_, let name, let result): "← \(name ?? "") \(result)"
        case .media(let kind, let summary): "[\(kind): \(summary)]"
        case .other(let type, let json): "[\(type)] \(json)"
        }
    }
}

/// Attribute values as text for people.
enum AttributeLine {
    private static let limit = 400

    /// The value on one line, cut where it is long.
    static func short(_ value: AttributeValue) -> String {
        let text = full(value)
        return text.utf8.count > limit ? String(text.prefix(limit)) + "…" : text
    }

    /// The whole value: text as it is, the rest as compact JSON.
    static func full(_ value: AttributeValue) -> String {
        if case .string(let text) = value { return text }
        return JSONValue.attribute(value).compactText
    }
}
