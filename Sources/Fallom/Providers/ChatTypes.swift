import OrderedJSON
import ProviderCalls

/// A message of a chat completion request, in OpenAI's shape.
public struct ChatMessage: Hashable, Sendable {
    /// The message's JSON.
    public var json: JSON
    /// The prompt it was made from.
    var promptTag: PromptTag?

    /// Takes the message's JSON, for whatever the constructors do not offer.
    public init(_ json: JSON) { self.json = json }

    /// Instructions.
    public static func system(_ text: String) -> ChatMessage {
        ChatMessage(["role": "system", "content": .string(text)])
    }
    /// What the user says.
    public static func user(_ text: String) -> ChatMessage { ChatMessage(["role": "user", "content": .string(text)]) }
    /// What the model said.
    public static func assistant(_ text: String) -> ChatMessage {
        ChatMessage(["role": "assistant", "content": .string(text)])
    }
    /// A managed prompt's instructions. The call that sends them is tagged with the prompt.
    public static func system(_ prompt: Prompt) -> ChatMessage {
        var message = system(prompt.system)
        message.promptTag = PromptTag(prompt.result)
        return message
    }
    /// A managed prompt's user message. The call that sends it is tagged with the prompt.
    public static func user(_ prompt: Prompt) -> ChatMessage {
        var message = user(prompt.user)
        message.promptTag = PromptTag(prompt.result)
        return message
    }
    /// What a tool answered to the call of that id.
    public static func tool(_ result: String, callID: String) -> ChatMessage {
        ChatMessage(["role": "tool", "tool_call_id": .string(callID), "content": .string(result)])
    }
}

/// A chat completion request.
public struct ChatRequest: TraceableJSON, Hashable, PromptTagged {
    /// The request's JSON.
    public var json: JSON
    /// The prompt it was made from.
    var promptTag: PromptTag?

    /// Takes the request's JSON.
    public init(_ json: JSON) { self.json = json }

    /// Makes a request.
    ///
    /// - Parameter parameters: everything else by its name in the API (`temperature`, `tools`, `response_format`, …). One
    ///   that is set already is replaced.
    public init(model: String, messages: [ChatMessage], parameters: KeyValuePairs<String, JSON> = [:]) {
        let asked: JSON = ["model": .string(model), "messages": .array(messages.map(\.json))]
        json = JSON(asked.value.setting(parameters))
        promptTag = messages.last { $0.promptTag != nil }?.promptTag
    }

    /// Makes a request from a managed prompt: its instructions, what was said so far, its user message. The call is
    /// tagged with the prompt.
    ///
    /// - Parameters:
    ///   - messages: the conversation so far.
    ///   - parameters: everything else by its name in the API.
    public init(
        model: String, prompt: Prompt, messages: [ChatMessage] = [],
        parameters: KeyValuePairs<String, JSON> = [:]
    ) {
        let system = prompt.system.isEmpty ? [] : [ChatMessage.system(prompt)]
        let user = prompt.user.isEmpty ? [] : [ChatMessage.user(prompt)]
        self.init(model: model, messages: system + messages + user, parameters: parameters)
        promptTag = PromptTag(prompt.result)
    }

    /// The request itself.
    public var traceableJSON: JSON? { json }
}

/// A chat completion.
public struct ChatCompletion: TraceableJSON, Hashable {
    /// The answer as it came.
    public var json: JSON

    /// Takes an answer.
    public init(_ json: JSON) { self.json = json }

    /// The answer itself.
    public var traceableJSON: JSON? { json }
    /// What the model says; empty when it only calls tools.
    public var text: String { message.flatMap { ChatText.text($0.value) } ?? "" }
    /// The first choice's message: to be appended to the conversation.
    public var message: JSON? { choice?["message"].map { JSON($0) } }
    /// The tools the model asks for.
    public var toolCalls: [ToolCall] {
        (message.map { ChatText.toolCalls($0.value) } ?? []).map { call in
            ToolCall(
                id: call["id"]?.string ?? "", name: call["function"]?["name"]?.string ?? "",
                argumentsText: ChatText.arguments(call["function"]?["arguments"]))
        }
    }
    /// Why the model stopped.
    public var finishReason: String? { choice?["finish_reason"]?.string }
    /// The model that answered.
    public var model: String? { json["model"]?.string }

    private var choice: JSONValue? { json.value.firstAnswer("choices") ?? json.value["choices"]?[0] }
}

/// A piece of a streamed chat completion.
public struct ChatChunk: TraceableJSON, Hashable {
    /// The piece as it came.
    public var json: JSON

    /// Takes a piece.
    public init(_ json: JSON) { self.json = json }

    /// The piece itself.
    public var traceableJSON: JSON? { json }
    /// The text it adds to the first choice.
    public var text: String? { json.value.firstAnswer("choices")?["delta"].flatMap(ChatText.text) }
    /// Why the model stopped, in the piece that says so.
    public var finishReason: String? { json.value.firstAnswer("choices")?["finish_reason"]?.string }
}

/// A tool that a model asks for.
public struct ToolCall: Hashable, Sendable {
    /// The call's id, to be given back with the result.
    public var id: String
    /// The tool's name.
    public var name: String
    /// The arguments as the model wrote them: JSON, if it did well.
    public var argumentsText: String

    /// Makes a call.
    public init(id: String, name: String, argumentsText: String) {
        self.id = id
        self.name = name
        self.argumentsText = argumentsText
    }

    /// The arguments as JSON; `nil` when what the model wrote is none.
    public var arguments: JSON? {
        argumentsText.isEmpty ? [:] : try? JSON(parsing: argumentsText)
    }
}
