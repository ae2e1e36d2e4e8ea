/// What was said, as plain text: the `input_text` and `output_text` of `spans --json`, and what a content search reads
/// (decisions D14, D15). `nil` where nothing was captured.
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
}
