public import OrderedJSON
public import Prompts

// Requests whose further fields come from the app's own values: a dictionary, variables, optionals. A field that is `nil` is
// left out; one that is set already is replaced.

extension ChatRequest {
    /// Makes a request.
    ///
    /// - Parameter parameters: everything else by its name in the API.
    @_disfavoredOverload
    public init(model: String, messages: [ChatMessage], parameters: [String: (any JSONRepresentable)?]) {
        self.init(model: model, messages: messages)
        json = json.setting(parameters)
    }

    /// Makes a request from a managed prompt.
    ///
    /// - Parameters:
    ///   - messages: the conversation so far.
    ///   - parameters: everything else by its name in the API.
    @_disfavoredOverload
    public init(
        model: String, prompt: PromptResult, messages: [ChatMessage] = [],
        parameters: [String: (any JSONRepresentable)?]
    ) {
        self.init(model: model, prompt: prompt, messages: messages)
        json = json.setting(parameters)
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
        model: String, input: some JSONRepresentable, instructions: String? = nil,
        parameters: [String: (any JSONRepresentable)?] = [:]
    ) {
        self.init(model: model, input: input.jsonValue, instructions: instructions)
        json = json.setting(parameters)
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
        model: String, maxTokens: Int = 1024, messages: [(role: String, content: any JSONRepresentable)],
        system: String? = nil, parameters: [String: (any JSONRepresentable)?] = [:]
    ) {
        self.init(
            model: model, maxTokens: maxTokens,
            messages: messages.map { (role: $0.role, content: $0.content.jsonValue) }, system: system)
        json = json.setting(parameters)
    }
}

extension GenerateRequest {
    /// Makes a request.
    ///
    /// - Parameter parameters: everything else by its name in the API.
    @_disfavoredOverload
    public init(contents: JSONValue, system: String? = nil, parameters: [String: (any JSONRepresentable)?]) {
        self.init(contents: contents, system: system)
        json = json.setting(parameters)
    }
}
