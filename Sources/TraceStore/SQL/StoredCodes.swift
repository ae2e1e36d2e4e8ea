internal import TraceModel

/// The numbers under which enumerations are stored. They are part of the file format: never changed, only added to.
enum StoredCodes {
    /// What counts of a span, in its column `is_counted`: 1 for its tokens; 2 where the cost counts and the tokens do not,
    /// or the other way round; 4 for one that tells another's request again. So the 0 and 1 of the first formats mean
    /// what they meant.
    static func code(of counts: SpanCounts) -> Int64 {
        let tokens = counts.contains(.tokens)
        return (tokens ? 1 : 0) | (counts.contains(.cost) != tokens ? 2 : 0) | (counts.contains(.call) ? 0 : 4)
    }

    static func counts(_ code: Int64) -> SpanCounts {
        let tokens = code & 1 != 0
        var counts: SpanCounts = tokens ? .tokens : []
        if (code & 2 != 0) != tokens { counts.insert(.cost) }
        if code & 4 == 0 { counts.insert(.call) }
        return counts
    }

    /// SQL: whether a span's cost counts.
    static let countsCost = "(is_counted & 3) IN (1, 2)"

    static func code(of kind: SpanKind) -> Int64 {
        switch kind {
        case .custom: 0
        case .llm: 1
        case .agent: 2
        case .tool: 3
        case .retrieval: 4
        case .chain: 5
        case .embedding: 6
        case .reranker: 7
        case .guardrail: 8
        case .evaluator: 9
        case .preprocessing: 10
        case .postprocessing: 11
        }
    }

    static func code(of status: SpanStatus) -> Int64 {
        switch status {
        case .unset: 0
        case .error: 1
        case .ok: 2
        }
    }

    static func code(of dialect: SpanDialect) -> Int64 {
        switch dialect {
        case .otel: 0
        case .fallom: 1
        case .mastraExporter: 2
        case .openInference: 3
        case .pydanticAI: 4
        case .anthropicSDK: 5
        case .openLLMetry: 6
        case .vercelAI: 7
        case .otelGenAI: 8
        case .claudeCode: 9
        case .codex: 10
        case .geminiCLI: 11
        case .proxy: 12
        }
    }

    static func kind(_ code: Int64) -> SpanKind { kinds[code] ?? .custom }
    static func status(_ code: Int64) -> SpanStatus { statuses[code] ?? .unset }
    static func dialect(_ code: Int64) -> SpanDialect { dialects[code] ?? .otel }

    private static let kinds = Values(SpanKind.allCases, code)
    private static let statuses = Values(SpanStatus.allCases, code)
    private static let dialects = Values(SpanDialect.allCases, code)

    /// What codes stand for, by code: each row has several.
    private struct Values<Value: Sendable>: Sendable {
        private var values: [Value?] = []

        init(_ all: [Value], _ code: (Value) -> Int64) {
            for value in all {
                while values.count <= code(value) { values.append(nil) }
                values[Int(code(value))] = value
            }
        }

        subscript(_ code: Int64) -> Value? {
            code >= 0 && code < values.count ? values[Int(code)] : nil
        }
    }
}
