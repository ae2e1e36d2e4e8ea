internal import TraceModel

/// The numbers under which enumerations are stored. They are part of the file format: never changed, only added to.
enum StoredCodes {
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
        }
    }

    static func kind(_ code: Int64) -> SpanKind { kinds[code] ?? .custom }
    static func status(_ code: Int64) -> SpanStatus { statuses[code] ?? .unset }
    static func dialect(_ code: Int64) -> SpanDialect { dialects[code] ?? .otel }

    private static let kinds = Dictionary(SpanKind.allCases.map { (code(of: $0), $0) }, uniquingKeysWith: { $1 })
    private static let statuses = Dictionary(SpanStatus.allCases.map { (code(of: $0), $0) }, uniquingKeysWith: { $1 })
    private static let dialects = Dictionary(SpanDialect.allCases.map { (code(of: $0), $0) }, uniquingKeysWith: { $1 })
}
