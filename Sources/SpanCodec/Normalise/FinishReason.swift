/// Folds the vendors' words for why a model stopped (docs/normalisation.md §2.7).
enum FinishReasonWord {
    /// The folded word; a word that is not known stays as it is. Case and what stands between words make no difference
    /// (`tool-calls`, `TOOL_CALLS`, `ToolCalls`). Of several between commas the first is taken, and Python's
    /// `FinishReason.STOP` says what stands after the dot.
    static func folded(_ word: String) -> String {
        switch word {
        case "stop", "end_turn", "STOP": return "stop"
        case "tool_calls", "tool_use": return "tool_call"
        default:
            let bare = bare(word)
            return known(squashed(bare)) ?? (bare.isEmpty ? word : bare)
        }
    }

    /// Whether the word says that an answer was withheld (D13a).
    static func isBlock(_ word: String) -> Bool { folded(word) == "content_filter" }

    /// Folds a word of small letters alone.
    private static func known(_ word: String) -> String? {
        switch word {
        case "stop", "endturn", "stopsequence", "complete", "completed", "eos", "eostoken", "endoftext", "stoptoken",
            "finish", "finished", "end":
            "stop"
        case "length", "maxtokens", "maxoutputtokens", "maxlength", "tokenlimit", "modellength", "errorlimit",
            "modelcontextwindowexceeded":
            "length"
        case "toolcalls", "toolcall", "tooluse", "functioncall", "functioncalls", "toolexecution": "tool_call"
        case "contentfilter", "contentfiltered", "safety", "refusal", "prohibitedcontent", "blocklist", "recitation",
            "spii", "imagesafety", "guardrailintervened", "blocked", "errortoxic", "modelarmor", "jailbreak":
            "content_filter"
        case "error": "error"
        default: nil
        }
    }

    private static func squashed(_ word: String) -> String {
        String(word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
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
