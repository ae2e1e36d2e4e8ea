import Cells

/// Reasons to stop that mean that an answer is not all there.
enum CutAnswer {
    /// What to say where a reader meets the end of a cut answer; nothing for one that ended by itself.
    static func lines(_ reason: String?, width: Int) -> [TextLine] {
        guard let reason, let meaning = meaning(of: reason) else { return [] }
        return TextFlow.lines("▲ " + meaning + " (finish: \(reason))", width: max(8, width - 2)).map {
            TextLine(indent: 2, [.init($0, .warning)])
        } + [.blank]
    }

    private static func meaning(of reason: String) -> String? {
        switch reason.lowercased() {
        case "length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded", "incomplete":
            "cut here: the model reached its limit of tokens"
        case "content_filter", "content-filter", "safety", "blocklist", "prohibited_content", "recitation",
            "guardrail_intervened":
            "cut here: the provider's filter stopped the answer"
        default: nil
        }
    }
}
