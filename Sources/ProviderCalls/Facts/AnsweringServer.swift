import OrderedJSON

/// Who answers in the form of OpenAI's API, by what only that server says: for addresses whose host does not tell.
enum AnsweringServer {
    /// The server's name; `nil` where the answer could be anybody's.
    static func name(in answer: JSONValue) -> String? {
        if let provider = answer["provider"]?.filledText {
            // OpenRouter names whom it asked; its ids are its own.
            let isOpenRouter = answer["id"]?.string?.hasPrefix("gen-") == true
            return isOpenRouter ? "openrouter" : provider.lowercased()
        }
        if answer["x_groq"]?.object != nil { return "groq" }
        let fingerprint = answer["system_fingerprint"]?.string ?? ""
        if fingerprint == "fp_ollama" { return "ollama" }
        if answer["timings"]?["predicted_n"] != nil || isBuildOfLlamaCpp(fingerprint) { return "llamacpp" }
        if answer["prompt_logprobs"] != nil || answer["kv_transfer_params"] != nil { return "vllm" }
        return nil
    }

    /// `b4521-cd8a1f2e`: number and commit of a build.
    private static func isBuildOfLlamaCpp(_ text: String) -> Bool {
        guard text.hasPrefix("b"), let dash = text.firstIndex(of: "-") else { return false }
        let number = text[..<dash].dropFirst()
        let commit = text[text.index(after: dash)...]
        return number.count >= 3 && number.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && (7...12).contains(commit.count) && commit.allSatisfy(\.isHexDigit)
    }
}
