import OrderedJSON

/// How a model is to answer, in one value for every provider. What is left `nil` is the provider's default.
///
/// What a provider has no word for is left out (`seed` and the penalties of Anthropic, `topK` of OpenAI, parallel tools of
/// Google). Everything else of one provider goes into ``providerOptions``.
public struct ModelSettings: Hashable, Sendable {
    /// How freely the model chooses.
    public var temperature: Double?
    /// The share of likely words it chooses from.
    public var topP: Double?
    /// The number of likely words it chooses from.
    public var topK: Int?
    /// The longest answer, in tokens.
    public var maxTokens: Int?
    /// Texts at which the answer ends.
    public var stop: [String]
    /// For answers that can be had again, as far as the provider promises that.
    public var seed: Int?
    /// Against words that were said already.
    public var presencePenalty: Double?
    /// Against words that were said often.
    public var frequencyPenalty: Double?
    /// Whether the model has to ask for tools.
    public var toolChoice: ToolChoice?
    /// Whether the model may ask for several tools at once.
    public var parallelTools: Bool?
    /// How much it should think before it answers.
    public var reasoning: ReasoningEffort?
    /// Fields of the request in a provider's own words, by its name (`openai`, `anthropic`, `google`, or the name that the
    /// model's ``LanguageModel/provider`` says): set last, an object inside of one that is there already.
    public var providerOptions: [String: JSON]

    /// Makes settings.
    public init(
        temperature: Double? = nil, topP: Double? = nil, topK: Int? = nil, maxTokens: Int? = nil, stop: [String] = [],
        seed: Int? = nil, presencePenalty: Double? = nil, frequencyPenalty: Double? = nil,
        toolChoice: ToolChoice? = nil, parallelTools: Bool? = nil, reasoning: ReasoningEffort? = nil,
        providerOptions: [String: JSON] = [:]
    ) {
        self.temperature = temperature
        self.topP = topP
        self.topK = topK
        self.maxTokens = maxTokens
        self.stop = stop
        self.seed = seed
        self.presencePenalty = presencePenalty
        self.frequencyPenalty = frequencyPenalty
        self.toolChoice = toolChoice
        self.parallelTools = parallelTools
        self.reasoning = reasoning
        self.providerOptions = providerOptions
    }

    /// These settings with what a call says by itself.
    func with(temperature: Double?, maxTokens: Int?) -> ModelSettings {
        var settings = self
        settings.temperature = temperature ?? settings.temperature
        settings.maxTokens = maxTokens ?? settings.maxTokens
        return settings
    }

    /// A request with the provider's own fields set.
    func applyingOptions(to request: JSONValue, of api: String, provider: String) -> JSONValue {
        let names = provider == api ? [api] : [api, provider]
        return names.reduce(request) { request, name in
            (providerOptions[name]?.value.object ?? []).reduce(request) { $0.merging($1) }
        }
    }
}

/// Whether a model has to ask for tools.
public struct ToolChoice: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case auto, never, required
        case tool(String)
    }

    let kind: Kind

    /// As it likes.
    public static let auto = ToolChoice(kind: .auto)
    /// It must not.
    public static let never = ToolChoice(kind: .never)
    /// It has to ask for one at least.
    public static let required = ToolChoice(kind: .required)
    /// It has to ask for this one.
    public static func tool(_ name: String) -> ToolChoice { ToolChoice(kind: .tool(name)) }
}

/// How much a model should think before it answers.
public struct ReasoningEffort: Hashable, Sendable {
    /// The word for it, where it is one; OpenAI's `reasoning_effort`.
    let word: String
    /// The tokens it may spend, for providers that count them (Anthropic, Google).
    let tokens: Int

    /// Not at all.
    public static let off = ReasoningEffort(word: "none", tokens: 0)
    /// Hardly: 1,024 tokens.
    public static let minimal = ReasoningEffort(word: "minimal", tokens: 1024)
    /// A little: 2,048 tokens.
    public static let low = ReasoningEffort(word: "low", tokens: 2048)
    /// 8,192 tokens.
    public static let medium = ReasoningEffort(word: "medium", tokens: 8192)
    /// Much: 16,384 tokens.
    public static let high = ReasoningEffort(word: "high", tokens: 16384)
    /// So many tokens; to OpenAI the nearest word for it.
    public static func tokens(_ count: Int) -> ReasoningEffort {
        let word =
            switch count {
            case ..<1: "none"
            case ..<1536: "minimal"
            case ..<4096: "low"
            case ..<12288: "medium"
            default: "high"
            }
        return ReasoningEffort(word: word, tokens: max(0, count))
    }
}

extension JSONValue {
    /// This object with a member set; an object goes into one that is there.
    fileprivate func merging(_ member: JSONMember) -> JSONValue {
        guard let inside = self[member.name], inside.object != nil, let members = member.value.object else {
            return setting(member.name, member.value)
        }
        return setting(member.name, members.reduce(inside) { $0.merging($1) })
    }
}
