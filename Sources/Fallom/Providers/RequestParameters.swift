import OrderedJSON

// Requests whose further fields come from the app's own values: a dictionary, variables, optionals. A field that is `nil` is
// left out; one that is set already is replaced.

extension ChatRequest {
    /// Makes a request.
    ///
    /// - Parameter parameters: everything else by its name in the API.
    @_disfavoredOverload
    public init(model: String, messages: [ChatMessage], parameters: [String: (any JSONConvertible)?]) {
        self.init(model: model, messages: messages)
        json = JSON(json.value.setting(parameters))
    }

    /// Makes a request from a managed prompt.
    ///
    /// - Parameters:
    ///   - messages: the conversation so far.
    ///   - parameters: everything else by its name in the API.
    @_disfavoredOverload
    public init(
        model: String, prompt: Prompt, messages: [ChatMessage] = [],
        parameters: [String: (any JSONConvertible)?]
    ) {
        self.init(model: model, prompt: prompt, messages: messages)
        json = JSON(json.value.setting(parameters))
    }
}

extension ResponseRequest {
    /// Makes a request.
    ///
    /// - Parameters:
    ///   - input: text, or a list of items.
    ///   - parameters: everything else by its name in the API.
    @_disfavoredOverload
    public init(
        model: String, input: some JSONConvertible, instructions: String? = nil,
        parameters: [String: (any JSONConvertible)?] = [:]
    ) {
        self.init(model: model, input: input.json, instructions: instructions)
        json = JSON(json.value.setting(parameters))
    }
}

extension MessagesRequest {
    /// Makes a request.
    ///
    /// - Parameters:
    ///   - messages: role and content of each.
    ///   - parameters: everything else by its name in the API.
    @_disfavoredOverload
    public init(
        model: String, maxTokens: Int = 1024, messages: [(role: String, content: any JSONConvertible)],
        system: String? = nil, parameters: [String: (any JSONConvertible)?] = [:]
    ) {
        self.init(
            model: model, maxTokens: maxTokens,
            messages: messages.map { (role: $0.role, content: $0.content.json) }, system: system)
        json = JSON(json.value.setting(parameters))
    }
}

extension GenerateRequest {
    /// Makes a request.
    ///
    /// - Parameter parameters: everything else by its name in the API.
    @_disfavoredOverload
    public init(contents: JSON, system: String? = nil, parameters: [String: (any JSONConvertible)?]) {
        self.init(contents: contents, system: system)
        json = JSON(json.value.setting(parameters))
    }
}
