/// The providers' words for why a model stopped.
enum FinishWords {
    /// The common word; a word that no rule knows stays as it is, and no word is none.
    static func folded(_ word: String?) -> String? {
        guard let word, !word.isEmpty else { return nil }
        switch word.lowercased() {
        case "stop", "end_turn", "stop_sequence", "complete", "completed", "finish", "finished", "eos", "eos_token",
            "endoftext":
            return "stop"
        case "length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded",
            "max_length":
            return "length"
        case "tool_calls", "tool_call", "tool_use", "function_call": return "tool_calls"
        case "content_filter", "content_filtered", "safety", "refusal", "recitation", "blocklist",
            "prohibited_content", "spii", "image_safety", "image_prohibited_content", "image_recitation",
            "guardrail_intervened", "model_armor", "jailbreak", "error_toxic", "sensitive", "blocked":
            return "content_filter"
        default: return word
        }
    }
}
