public import TraceModel

/// What was said, as plain text: the `input_text` and `output_text` of `spans --json`, and what a content search reads
/// (D14, D15). `nil` where nothing was captured.
public struct SpanTexts: Hashable, Sendable {
    /// System text first, then each text part, joined by one line end.
    public var input: String?
    /// The answer's text parts, joined by one line end.
    public var output: String?

    /// Makes texts.
    public init(input: String? = nil, output: String? = nil) {
        self.input = input
        self.output = output
    }

    /// The texts of a span's content.
    public init(_ detail: SpanDetail) {
        self.init(input: Self.text(detail.input), output: Self.text(detail.output))
    }

    /// The text pieces of what was captured; images, tool-call arguments and reasoning are none.
    public static func text(_ content: CapturedContent) -> String? {
        switch content {
        case .notCaptured: return nil
        case .value(let text): return text
        case .messages(let messages):
            let pieces = messages.flatMap(\.parts).compactMap { part -> String? in
                switch part {
                case .text(let text): text.isEmpty ? nil : text
                case .toolResult(_, _, let result): result.isEmpty ? nil : result
                default: nil
                }
            }
            return pieces.joined(separator: "\n")
        }
    }
}
