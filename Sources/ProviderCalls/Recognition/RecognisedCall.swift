import OrderedJSON

/// Which call of which API an address and a body make.
struct RecognisedCall: Sendable {
    var dialect: CallDialect
    /// How many pieces of the path are the call's own and no part of the base.
    var ownPieces: Int
    /// The model, where the path names it.
    var model: String?
    /// The deployment, where the path names one: it stands for the model where the body names none (Azure).
    var deployment: String?
    /// Whether the path asks for an answer in pieces; `nil` where the body says so.
    var isStreaming: Bool?
    /// Whether the answer comes in pieces unless the body says otherwise.
    var streamsUnlessTold = false
    /// The provider, where the path is its own.
    var provider: String?
}

extension RecognisedCall {
    init?(_ address: RequestAddress, _ body: JSONValue?, hasAnthropicVersion: Bool) {
        guard
            let call = Self.openAI(address, body) ?? Self.anthropic(address, body, hasAnthropicVersion)
                ?? Self.google(address, body) ?? Self.bedrock(address, body) ?? Self.ollama(address, body)
                ?? Self.cohere(address, body)
        else { return nil }
        self = call
    }

    private static func openAI(_ address: RequestAddress, _ body: JSONValue?) -> RecognisedCall? {
        var call: RecognisedCall
        if address.ends(with: "chat", "completions") {
            guard body == nil || body?["messages"] != nil else { return nil }
            call = RecognisedCall(dialect: .openAIChat, ownPieces: 2)
        } else if address.ends(with: "completions") {
            guard body == nil ? address.provider != nil : body?["prompt"] != nil else { return nil }
            call = RecognisedCall(dialect: .openAICompletions, ownPieces: 1)
        } else if address.ends(with: "embeddings"), !address.ends(with: "api", "embeddings") {
            guard body == nil ? address.provider != nil : body?["input"] != nil else { return nil }
            call = RecognisedCall(dialect: .openAIEmbeddings, ownPieces: 1)
        } else if address.ends(with: "responses") {
            guard
                body.map({ $0["model"] != nil && ($0["input"] ?? $0["prompt"] ?? $0["previous_response_id"]) != nil })
                    ?? (address.provider != nil || address.ends(with: "v1", "responses"))
                    || address.provider != nil && body?["input"] != nil
            else { return nil }
            call = RecognisedCall(dialect: .openAIResponses, ownPieces: 1)
        } else {
            return nil
        }
        if let deployment = address.piece(after: "deployments"), address.path.contains("openai") {
            call.deployment = PercentEncoding.decoded(deployment)
            call.provider = "azure.ai.openai"
        }
        return call
    }

    private static func anthropic(
        _ address: RequestAddress, _ body: JSONValue?, _ hasVersion: Bool
    ) -> RecognisedCall? {
        guard address.ends(with: "messages"),
            address.provider == "anthropic" || hasVersion || body?["max_tokens"] != nil && body?["messages"] != nil
        else { return nil }
        return RecognisedCall(dialect: .anthropicMessages, ownPieces: 1)
    }

    /// `…/models/NAME:generateContent` and the like; on Vertex the models of other makers too.
    private static func google(_ address: RequestAddress, _ body: JSONValue?) -> RecognisedCall? {
        guard let last = address.path.last, let colon = last.lastIndex(of: ":"), address.path.count >= 2 else {
            return nil
        }
        let name = PercentEncoding.decoded(last[..<colon])
        let isVertex = address.path.contains("publishers") || address.path.contains("endpoints")
        let dialect: CallDialect
        let isStreaming: Bool?
        switch last[last.index(after: colon)...] {
        case "generateContent", "streamGenerateContent":
            guard body == nil || body?["contents"] != nil else { return nil }
            (dialect, isStreaming) = (.googleGenerate, last.hasSuffix("streamGenerateContent"))
        case "embedContent", "batchEmbedContents": (dialect, isStreaming) = (.googleEmbed, false)
        case "predict" where name.contains("embedding"): (dialect, isStreaming) = (.googleEmbed, false)
        case "rawPredict", "streamRawPredict":
            guard name != "count-tokens" else { return nil }
            let isAnthropic =
                address.piece(after: "publishers") == "anthropic" || body?["anthropic_version"] != nil
            dialect = isAnthropic ? .anthropicMessages : .openAIChat
            isStreaming = last.hasSuffix("streamRawPredict") ? true : nil
        default: return nil
        }
        return RecognisedCall(
            dialect: dialect, ownPieces: 2, model: name, isStreaming: isStreaming,
            provider: isVertex ? "gcp.vertex_ai" : nil)
    }

    /// `/model/ID/converse` and the like.
    private static func bedrock(_ address: RequestAddress, _ body: JSONValue?) -> RecognisedCall? {
        guard address.path.count >= 3, address.path[address.path.count - 3] == "model", let last = address.path.last
        else { return nil }
        let model = PercentEncoding.decoded(address.path[address.path.count - 2])
        let dialect: CallDialect
        switch last {
        case "converse", "converse-stream": dialect = .bedrockConverse
        case "invoke", "invoke-with-response-stream":
            dialect = model.contains("embed") ? .bedrockEmbed : .bedrockInvoke
        default: return nil
        }
        return RecognisedCall(
            dialect: dialect, ownPieces: 3, model: model, isStreaming: last.hasSuffix("stream"), provider: "aws.bedrock"
        )
    }

    /// Many apps have an `/api/chat` of their own: the body has to be Ollama's, or its port.
    private static func ollama(_ address: RequestAddress, _ body: JSONValue?) -> RecognisedCall? {
        guard address.path.count >= 2, address.path[address.path.count - 2] == "api", let last = address.path.last
        else { return nil }
        if let body {
            guard body["model"]?.string != nil else { return nil }
        } else {
            guard address.isOllamaPort || address.provider == "ollama" else { return nil }
        }
        switch last {
        case "chat":
            guard body == nil || body?["messages"]?.array != nil else { return nil }
            return RecognisedCall(dialect: .ollamaChat, ownPieces: 2, streamsUnlessTold: true)
        case "generate":
            guard body == nil || body?["prompt"] != nil else { return nil }
            return RecognisedCall(dialect: .ollamaGenerate, ownPieces: 2, streamsUnlessTold: true)
        case "embed", "embeddings":
            guard body == nil || body?.first("input", "prompt") != nil else { return nil }
            return RecognisedCall(dialect: .ollamaEmbed, ownPieces: 2)
        default: return nil
        }
    }

    private static func cohere(_ address: RequestAddress, _ body: JSONValue?) -> RecognisedCall? {
        let isKnown = address.provider == "cohere"
        if address.ends(with: "v2", "chat") || address.ends(with: "v1", "chat") {
            guard
                body.map({
                    $0["model"] != nil && ($0["messages"]?.array != nil || $0["message"]?.string != nil) || isKnown
                })
                    ?? isKnown
            else { return nil }
            return RecognisedCall(dialect: .cohereChat, ownPieces: 2)
        }
        if address.ends(with: "v2", "embed") || address.ends(with: "v1", "embed") {
            guard body.map({ $0.first("texts", "images", "inputs") != nil }) ?? isKnown else { return nil }
            return RecognisedCall(dialect: .cohereEmbed, ownPieces: 2)
        }
        return nil
    }
}
