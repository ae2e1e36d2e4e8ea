/// Folds the vendors' words for why a model stopped (conventions §2.7, last row).
enum FinishReason {
    /// The folded word; a word that is not known stays as it is. Of several between commas the first is taken, and
    /// Python's `FinishReason.STOP` says what stands after the dot.
    static func folded(_ word: String) -> String {
        if let folded = known(word) { return folded }
        let bare = bare(word)
        return known(String(bare.lowercased().map { $0 == "-" ? "_" : $0 })) ?? (bare.isEmpty ? word : bare)
    }

    /// Whether the word says that an answer was withheld (D13a).
    static func isBlock(_ word: String) -> Bool { folded(word) == "content_filter" }

    private static func known(_ word: String) -> String? {
        switch word {
        case "stop", "end_turn", "stop_sequence", "complete", "completed", "eos", "eos_token", "end_of_text",
            "stop_token",
            "endoftext", "finish", "finished", "end":
            "stop"
        case "length", "max_tokens", "max_output_tokens", "max_length", "token_limit", "model_length",
            "model_context_window_exceeded", "error_limit":
            "length"
        case "tool_calls", "tool_call", "tool_use", "function_call", "function_calls", "tool_execution": "tool_call"
        case "content_filter", "content_filtered", "safety", "refusal", "prohibited_content", "blocklist", "recitation",
            "spii", "image_safety", "guardrail_intervened", "blocked", "error_toxic", "model_armor", "jailbreak":
            "content_filter"
        case "error": "error"
        default: nil
        }
    }

    private static func bare(_ word: String) -> String {
        var word = word.split(separator: ",").first.map(String.init) ?? ""
        if word.first == "<" { word = String(word.prefix { $0 != ":" }) }
        let isMark: (Character) -> Bool = { " \t'\"<>[]()".contains($0) }
        word = String(word.drop(while: isMark))
        while let last = word.last, isMark(last) { word.removeLast() }
        guard let dot = word.lastIndex(of: ".") else { return unprefixed(word) }
        return unprefixed(String(word[word.index(after: dot)...]))
    }

    private static func unprefixed(_ word: String) -> String {
        for prefix in ["FINISH_REASON_", "STOP_REASON_"] where word.hasPrefix(prefix) {
            return String(word.dropFirst(prefix.count))
        }
        return word
    }
}
