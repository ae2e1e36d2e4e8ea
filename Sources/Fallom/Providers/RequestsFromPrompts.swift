import OrderedJSON

// Requests made from a managed prompt, as ``ChatRequest`` has it: its instructions, what was said so far, its user message. The
// call is tagged with the prompt.

extension MessagesRequest {
    /// Makes a request from a managed prompt. The call is tagged with the prompt.
    ///
    /// - Parameters:
    ///   - messages: the conversation so far, role and content of each.
    ///   - parameters: everything else by its name in the API (`temperature`, `tools`, …).
    public init(
        model: String, maxTokens: Int = 1024, prompt: Prompt, messages: [(role: String, content: JSON)] = [],
        parameters: KeyValuePairs<String, JSON> = [:]
    ) {
        let user = prompt.user.isEmpty ? [] : [(role: "user", content: JSON.string(prompt.user))]
        self.init(
            model: model, maxTokens: maxTokens, messages: messages + user,
            system: prompt.system.isEmpty ? nil : prompt.system, parameters: parameters)
        promptTag = PromptTag(prompt.result)
    }
}

extension ResponseRequest {
    /// Makes a request from a managed prompt: its instructions and its user message. The call is tagged with the prompt.
    ///
    /// - Parameter parameters: everything else by its name in the API (`tools`, `previous_response_id`, …).
    public init(model: String, prompt: Prompt, parameters: KeyValuePairs<String, JSON> = [:]) {
        self.init(
            model: model, input: .string(prompt.user), instructions: prompt.system.isEmpty ? nil : prompt.system,
            parameters: parameters)
        promptTag = PromptTag(prompt.result)
    }
}

extension GenerateRequest {
    /// Makes a request from a managed prompt. The call is tagged with the prompt.
    ///
    /// - Parameters:
    ///   - contents: the conversation so far, a list.
    ///   - parameters: everything else by its name in the API (`tools`, `generationConfig`, …).
    public init(prompt: Prompt, contents: JSON = [], parameters: KeyValuePairs<String, JSON> = [:]) {
        let user: [JSON] = prompt.user.isEmpty ? [] : [["role": "user", "parts": [["text": .string(prompt.user)]]]]
        self.init(
            contents: .array((contents.array ?? []) + user), system: prompt.system.isEmpty ? nil : prompt.system,
            parameters: parameters)
        promptTag = PromptTag(prompt.result)
    }
}
