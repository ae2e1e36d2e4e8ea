public import OrderedJSON
public import Prompts
public import TraceModel

/// A request ready to be sent: a recorded one with what a variant asks differently.
public struct PreparedRequest: Hashable, Sendable {
    /// Whose form it has.
    public var shape: RecordedRequest.Shape
    /// The model asked for.
    public var model: String
    /// What is sent.
    public var body: JSONValue
    /// How many tokens the answer may have at most, where the request says so.
    public var maxTokens: Int?
    /// What is not as recorded, and why.
    public var notes: [String]

    /// Where it goes, behind the API's base: `/chat/completions`.
    public var path: String {
        switch shape {
        case .openAI: "/chat/completions"
        case .anthropic: "/v1/messages"
        case .google: "/v1beta/models/\(model):streamGenerateContent?alt=sse"
        }
    }
}

extension RecordedRequest {
    /// The request that a variant asks, in the form of the API it goes to.
    ///
    /// - Parameters:
    ///   - before: the version of the prompt that the call was made with, where it is known.
    ///   - longest: how many tokens an answer may have where the call did not say; `nil` for what the provider allows.
    ///   - following: what was said since: an answer that asked for tools, and what they gave.
    public func prepared(
        _ variant: CallVariant, as shape: Shape, before: PromptRecord?, longest: Int? = nil, following: [Message] = []
    ) throws(RequestProblem) -> PreparedRequest {
        guard let model = variant.model ?? model else { throw RequestProblem("the call names no model; name one") }
        var notes: [String] = []
        var said = messages
        var swap: PromptSwap?
        if let prompt = variant.prompt {
            let made = try PromptSwap(messages, prompt, before: before, variables: variant.variables)
            (said, notes) = (made.messages, made.notes)
            swap = made
        }
        var tuned = parameters
        if let temperature = variant.temperature { tuned.temperature = temperature }
        if tuned.maxTokens == nil { tuned.maxTokens = longest ?? (shape == .anthropic ? 4_096 : nil) }
        let offered = variant.tools == .off ? [] : tools
        let body: JSONValue
        if shape == self.shape, following.isEmpty, let raw = raw.flatMap({ Self.replaced($0, swap) }) {
            body = RawRequest(raw, shape).body(model: model, tuned, keepsTools: variant.tools != .off)
        } else {
            let form = RequestForm(said + following, offered, tuned, model: model)
            guard !form.hasLost else {
                throw RequestProblem("the call holds a picture, a sound or a file that its span does not keep")
            }
            body = form.body(as: shape)
        }
        return PreparedRequest(shape: shape, model: model, body: body, maxTokens: tuned.maxTokens, notes: notes)
    }

    /// The request as it was sent with other texts in it; `nil` where they do not stand in it as they were read.
    private static func replaced(_ raw: JSONValue, _ swap: PromptSwap?) -> JSONValue? {
        guard let swap else { return raw }
        guard !swap.hasInserted else { return nil }
        var raw = raw
        for replacement in swap.replacements {
            var count = 0
            raw = replaced(raw, replacement, &count)
            if count == 0 { return nil }
        }
        return raw
    }

    private static func replaced(
        _ value: JSONValue, _ replacement: PromptSwap.Replacement, _ count: inout Int
    ) -> JSONValue {
        switch value {
        case .string(let text):
            guard text.utf8.elementsEqual(replacement.old.utf8) else { return value }
            count += 1
            return .string(replacement.new)
        case .array(let values): return .array(values.map { replaced($0, replacement, &count) })
        case .object(let members):
            return .object(members.map { JSONMember($0.name, replaced($0.value, replacement, &count)) })
        default: return value
        }
    }
}

/// A request as it was sent, asked again in the form it has.
private struct RawRequest {
    private var members: [JSONMember]
    private let shape: RecordedRequest.Shape

    init(_ raw: JSONValue, _ shape: RecordedRequest.Shape) {
        members = raw.object ?? []
        self.shape = shape
    }

    func body(
        model: String, _ tuned: RecordedRequest.Parameters, keepsTools: Bool
    ) -> JSONValue {
        var body = self
        body.remove(["stream", "stream_options", "model"])
        if !keepsTools { body.remove(["tools", "tool_choice", "functions", "function_call", "toolConfig"]) }
        switch shape {
        case .openAI:
            body.members.insert(JSONMember("model", .string(model)), at: 0)
            body.tune(tuned.openAI(model))
            body.members += RequestForm.streaming
        case .anthropic:
            body.members.insert(JSONMember("model", .string(model)), at: 0)
            body.tune(tuned.anthropic)
            body.members.append(JSONMember("stream", true))
        case .google:
            var tuning = RawRequest(body.value("generationConfig") ?? .object([]), shape)
            tuning.tune(tuned.google)
            body.remove(["generationConfig"])
            if !tuning.members.isEmpty { body.members.append(JSONMember("generationConfig", .object(tuning.members))) }
        }
        return .object(body.members)
    }

    private func value(_ name: String) -> JSONValue? { members.last { $0.name == name }?.value }

    private mutating func remove(_ names: Set<String>) { members.removeAll { names.contains($0.name) } }

    private mutating func tune(_ tuning: [JSONMember]) {
        remove(Set(tuning.map(\.name)))
        members += tuning
    }
}
