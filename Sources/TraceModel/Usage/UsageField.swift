/// What usage is summed by, under the name that the filter language has for it.
public enum UsageField: Hashable, Sendable {
    /// The model that answered, else the one asked for.
    case model
    /// The provider.
    case provider
    /// The effective customer.
    case customer
    /// The effective config key.
    case config
    /// The variant that a prompt A/B test chose.
    case variant
    /// The managed prompt, with its version: `onboarding@3`.
    case prompt
    /// The kind of span.
    case kind
    /// The name of a tool's span.
    case tool
    /// How it ended.
    case status
    /// The error message.
    case error
    /// A tag; a span counts for each of its tags.
    case tag
    /// The effective session.
    case session
    /// Whose conventions it follows.
    case dialect
    /// An attribute by its name.
    case attribute(String)

    /// The fields that have a name of their own, in the order in which they are shown.
    public static let named: [UsageField] = [
        .model, .provider, .customer, .config, .variant, .prompt, .kind, .tool, .status, .error, .tag, .session,
        .dialect,
    ]

    /// Reads a name: `model`, `attr.http.method`.
    public init?(name: String) {
        if name.hasPrefix("attr."), name.utf8.count > 5 {
            self = .attribute(String(name.dropFirst(5)))
        } else if let field = Self.named.first(where: { $0.name == name }) {
            self = field
        } else {
            return nil
        }
    }

    /// The name.
    public var name: String {
        switch self {
        case .model: "model"
        case .provider: "provider"
        case .customer: "customer"
        case .config: "config"
        case .variant: "variant"
        case .prompt: "prompt"
        case .kind: "kind"
        case .tool: "tool"
        case .status: "status"
        case .error: "error"
        case .tag: "tag"
        case .session: "session"
        case .dialect: "dialect"
        case .attribute(let name): "attr.\(name)"
        }
    }

    /// Whether it asks for the span's payload.
    public var needsPayload: Bool {
        if case .attribute = self { true } else { false }
    }
}

extension UsageField {
    /// The values that a span has of it; none where it has none.
    public func values(of stored: StoredSpan, looking lookup: SpanFilterLookup) -> [String] {
        let span = stored.span
        let one: String? =
            switch self {
            case .model: span.model
            case .provider: span.provider
            case .customer: stored.customerID
            case .config: stored.configKey
            case .variant: span.promptVariantIndex.map(String.init)
            case .prompt: span.promptKey.map { key in span.promptVersion.map { "\(key)@\($0)" } ?? key }
            case .kind: span.kind.rawValue
            case .tool: span.kind == .tool ? span.name : nil
            case .status: span.isRunning ? "running" : span.status.rawValue
            case .error: span.errorMessage
            case .tag: nil
            case .session: stored.sessionID
            case .dialect: span.dialect.rawValue
            case .attribute(let name): lookup.attribute(name)
            }
        return self == .tag ? span.tags : one.map { [$0] } ?? []
    }
}
