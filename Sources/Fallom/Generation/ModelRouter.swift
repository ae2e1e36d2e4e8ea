/// Turns the name of a model into a client of its provider, so that an experiment between `gpt-4o` and `claude-sonnet-4-5`
/// needs no `if` in the app:
///
/// ```swift
/// let router = ModelRouter.usual()
/// let answer = try await session.wrapAISDK().generateText(
///     model: router.assigned(fallback: "gpt-4o-mini"), prompt: "Hello!")
/// ```
///
/// ``FallomClient/modelRouter`` is the same over the clients that a ``FallomClient`` makes once, and what a test's exchanges answer.
public struct ModelRouter: Sendable {
    /// Makes a client for a model of that name.
    public typealias Make = @Sendable (_ name: String) -> any LanguageModel

    private struct Route: Sendable {
        var prefix: String
        var isStripped: Bool
        var make: Make
    }

    private var named: [(name: String, make: Make)] = []
    /// The longest first.
    private var routes: [Route] = []

    /// A router without routes.
    public init() {}

    /// A router for the names of OpenAI's, Anthropic's and Google's own models.
    ///
    /// - Parameters: the clients; `nil` for ones that take key and address from the environment.
    public static func usual(
        openAI: OpenAIClient? = nil, anthropic: AnthropicClient? = nil, google: GoogleAIClient? = nil
    ) -> ModelRouter {
        ModelRouter(
            openAI: { openAI ?? OpenAIClient() }, anthropic: { anthropic ?? AnthropicClient() },
            google: { google ?? GoogleAIClient() })
    }

    /// The same, with clients that are made when a model of theirs is asked for.
    init(
        openAI: @escaping @Sendable () -> OpenAIClient, anthropic: @escaping @Sendable () -> AnthropicClient,
        google: @escaping @Sendable () -> GoogleAIClient
    ) {
        for prefix in ["gpt-", "chatgpt-", "o1", "o3", "o4"] {
            route(prefix: prefix) { openAI().languageModel($0) }
        }
        route(prefix: "claude-") { anthropic().languageModel($0) }
        route(prefix: "gemini-") { google().languageModel($0) }
    }

    /// Sends names that begin so to a client. Of several prefixes the longest counts.
    ///
    /// - Parameter stripping: whether the client gets the name without the prefix (`anthropic/claude-…`).
    public mutating func route(prefix: String, stripping: Bool = false, to make: @escaping Make) {
        routes.removeAll { $0.prefix.utf8.elementsEqual(prefix.utf8) }
        routes.append(Route(prefix: prefix, isStripped: stripping, make: make))
        routes.sort { $0.prefix.utf8.count > $1.prefix.utf8.count }
    }

    /// Sends one name to a client, whatever its prefix.
    public mutating func route(_ name: String, to make: @escaping Make) {
        named.removeAll { $0.name.utf8.elementsEqual(name.utf8) }
        named.append((name, make))
    }

    /// The model of that name.
    ///
    /// - Throws: ``UnroutedModelError`` for a name that nothing was said of.
    public func model(_ name: String) throws(UnroutedModelError) -> any LanguageModel {
        if let exact = named.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) { return exact.make(name) }
        guard let route = routes.first(where: { name.utf8.starts(with: $0.prefix.utf8) }) else {
            throw UnroutedModelError(model: name, known: named.map(\.name) + routes.map { $0.prefix + "…" })
        }
        let rest = String(decoding: name.utf8.dropFirst(route.prefix.utf8.count), as: UTF8.self)
        return route.make(route.isStripped ? rest : name)
    }
}

/// A model that a ``ModelRouter`` has no client for.
public struct UnroutedModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The model's name.
    public let model: String
    /// What there are clients for.
    public let known: [String]
    private let hint: String

    init(model: String, known: [String]) {
        self.model = model
        self.known = known
        hint = "add one with route(…). There are some for \(known.joined(separator: ", "))"
    }

    init(model: String, hint: String) {
        self.model = model
        known = []
        self.hint = hint
    }

    /// Says what to do.
    public var description: String { "no client for the model '\(model)': \(hint)" }
}

extension ModelRouter: ModelSource {
    /// The model that the session's own config gives it.
    ///
    /// - Throws: ``AssignmentFailure``; ``UnroutedModelError``, also in a run that is of no session.
    public func languageModel(for session: Session?) async throws -> any LanguageModel {
        try await assigned().languageModel(for: session)
    }

    /// The model that a session is assigned, for whichever session a run is of.
    ///
    /// - Parameters: as of ``Session/getModel(_:fallback:version:context:)``.
    public func assigned(
        _ configKey: String? = nil, fallback: String? = nil, version: Int? = nil,
        context: TargetingContext = TargetingContext()
    ) -> any ModelSource {
        AssignedModel(router: self, configKey: configKey, fallback: fallback, version: version, context: context)
    }
}

/// What a router makes of a session's assignment.
private struct AssignedModel: ModelSource {
    let router: ModelRouter
    let configKey: String?
    let fallback: String?
    let version: Int?
    let context: TargetingContext

    func languageModel(for session: Session?) async throws -> any LanguageModel {
        guard let session else {
            guard let fallback else {
                throw UnroutedModelError(
                    model: "of no session", hint: "a router asks what a session is assigned: use session.wrapAISDK()")
            }
            return try router.model(fallback)
        }
        return try await session.languageModel(
            router, configKey, fallback: fallback, version: version, context: context)
    }
}

extension Session {
    /// The model this session is assigned, ready to be asked.
    ///
    /// - Parameters: as of ``getModel(_:fallback:version:context:)``.
    /// - Throws: ``AssignmentFailure``, or ``UnroutedModelError`` where the config names a model without a route.
    public nonisolated(nonsending) func languageModel(
        _ router: ModelRouter, _ configKey: String? = nil, fallback: String? = nil, version: Int? = nil,
        context: TargetingContext = TargetingContext()
    ) async throws -> any LanguageModel {
        try router.model(try await getModel(configKey, fallback: fallback, version: version, context: context))
    }
}
