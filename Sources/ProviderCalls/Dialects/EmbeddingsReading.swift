import OrderedJSON

/// Embeddings, whoever makes them: what was asked and what it cost; the numbers themselves are not kept.
enum EmbeddingsReading: DialectReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request = request.picking(
            "model", "input", "inputs", "texts", "prompt", "inputText", "content", "requests", "instances",
            "dimensions", "input_type")
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let vectors = vectors(response)
        call.responseModel = response["model"]?.filledText
        call.responseID = response["id"]?.filledText
        var captured = ObjectBuilder()
        captured.add("model", response["model"])
        captured.add("embeddings", .number(vectors.count))
        if let length = vectors.first?.array?.count { captured.add("dimensions", .number(length)) }
        call.response = captured.object
        if let usage = response.first("usage", "usageMetadata", "meta", "metadata") {
            call.usage = usage
            call.cost = TokenReading.cost(usage)
        } else {
            let counts = response.picking("prompt_eval_count", "inputTextTokenCount", "total_duration")
            if counts.object?.isEmpty == false { call.usage = counts }
        }
        if let input = inputTokens(response) { call.tokens = TokenReading.plain(input: input, output: nil) }
        call.metadata = response.picking("id", "model", "usage")
    }

    /// The prompt's tokens, wherever the API says them.
    private static func inputTokens(_ response: JSONValue) -> Int? {
        let usage = response["usage"]
        if let count = usage?.first("prompt_tokens", "input_tokens", "total_tokens")?.count
            ?? response["usageMetadata"]?.first("promptTokenCount", "totalTokenCount")?.count
            ?? response.first("prompt_eval_count", "inputTextTokenCount")?.count
            ?? response["meta"]?.first("tokens", "billed_units")?["input_tokens"]?.count
        {
            return count
        }
        let counts = (response["predictions"]?.elements ?? []).compactMap {
            $0["embeddings"]?["statistics"]?["token_count"]?.double.flatMap { Int(exactly: $0.rounded()) }
        }
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    private static func vectors(_ response: JSONValue) -> [JSONValue] {
        if let data = response["data"]?.array { return data.map { $0["embedding"] ?? .null } }
        if let list = response["embeddings"]?.array { return list.map { $0["values"] ?? $0 } }
        if let list = response["embeddings"]?.object?.first?.value.array { return list }
        if let list = response["predictions"]?.array { return list.map { $0["embeddings"]?["values"] ?? .null } }
        return response["embedding"].map { [$0["values"] ?? $0] } ?? []
    }

    static func hasContent(_ piece: JSONValue) -> Bool { false }

    static func holdsAnswer(_ response: JSONValue) -> Bool {
        ["data", "embedding", "embeddings", "predictions"].contains { response[$0] != nil }
    }

    static func folder() -> any AnswerFolder { Folder() }

    private struct Folder: AnswerFolder {
        private(set) var whole: JSONValue?
        var isEnded: Bool { whole != nil }
        mutating func add(_ piece: JSONValue) { whole = piece }
    }
}
