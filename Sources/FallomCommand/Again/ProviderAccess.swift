import Experiments

/// How a provider is asked: its address, its key, the form of its requests. Nothing of it is taken from a recorded call,
/// which could name any address.
struct ProviderAccess: Hashable, Sendable {
    /// Its name, as `--provider` takes it.
    var name: String
    /// The form of its requests.
    var shape: RecordedRequest.Shape
    /// The API's base, without a slash at its end.
    var base: String
    /// The key; `nil` for one that wants none.
    var key: String?
    /// The variable that its key is missing in.
    var missingKey: String?

    /// A provider that is known without being named in the settings.
    private struct Known {
        let name: String
        /// What spans call it.
        var spanNames: [String] = []
        var shape = RecordedRequest.Shape.openAI
        let url: String
        let keys: [String]
        var urls: [String] = []
    }

    private static let known = [
        Known(
            name: "openai", url: "https://api.openai.com/v1", keys: ["OPENAI_API_KEY"],
            urls: ["OPENAI_BASE_URL", "OPENAI_API_BASE"]),
        Known(
            name: "anthropic", shape: .anthropic, url: "https://api.anthropic.com", keys: ["ANTHROPIC_API_KEY"],
            urls: ["ANTHROPIC_BASE_URL"]),
        Known(
            name: "google", spanNames: ["gcp.gemini", "gemini", "google_genai", "google.generativeai"], shape: .google,
            url: "https://generativelanguage.googleapis.com", keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
            urls: ["GOOGLE_GEMINI_BASE_URL"]),
        Known(name: "openrouter", url: "https://openrouter.ai/api/v1", keys: ["OPENROUTER_API_KEY"]),
        Known(name: "groq", url: "https://api.groq.com/openai/v1", keys: ["GROQ_API_KEY"]),
        Known(name: "mistral", spanNames: ["mistral_ai"], url: "https://api.mistral.ai/v1", keys: ["MISTRAL_API_KEY"]),
        Known(name: "deepseek", url: "https://api.deepseek.com/v1", keys: ["DEEPSEEK_API_KEY"]),
        Known(name: "xai", spanNames: ["x_ai"], url: "https://api.x.ai/v1", keys: ["XAI_API_KEY"]),
        Known(name: "together", url: "https://api.together.xyz/v1", keys: ["TOGETHER_API_KEY"]),
        Known(name: "ollama", url: "http://127.0.0.1:11434/v1", keys: []),
    ]

    /// The names that are known, those of the settings first.
    static func names(_ settings: [ProviderSetting]) -> [String] {
        var names = settings.map(\.name)
        for known in known where !names.contains(known.name) { names.append(known.name) }
        return names
    }

    /// How to ask a call's variant.
    ///
    /// - Parameters:
    ///   - chosen: the provider that was named; `nil` for the one that the call was made with, or the model's own.
    ///   - recorded: what the span calls the provider.
    ///   - needsKey: whether it will be asked: what is only shown needs no key.
    static func resolve(
        _ chosen: String?, recorded: String?, model: String?, _ settings: [ProviderSetting],
        _ environment: ProcessEnvironment, needsKey: Bool = true
    ) throws(CommandFailure) -> ProviderAccess {
        let name = chosen ?? name(recorded: recorded, model: model, settings)
        guard let name else {
            throw CommandFailure(
                "there is no way known to ask \(recorded.map { "the provider '\($0)'" } ?? "for a call that names no provider")",
                hint:
                    "Name one with --provider (\(names(settings).joined(separator: ", "))), or under providers: in the settings."
            )
        }
        let own = settings.first { $0.name == name }
        let known = known.first { $0.name == name }
        guard own?.url != nil || known != nil else {
            throw CommandFailure.usage(
                "there is no provider '\(name)'",
                hint:
                    "Known are \(names(settings).joined(separator: ", ")); providers: in the settings names others, with their url."
            )
        }
        let shape = own?.api ?? known?.shape ?? .openAI
        var base = own?.url ?? known.flatMap { address($0, environment) } ?? known?.url ?? ""
        while base.hasSuffix("/") { base.removeLast() }
        // The path brings its own.
        if shape == .anthropic, base.hasSuffix("/v1") { base.removeLast(3) }
        let variables = own?.keyVariable.map { [$0] } ?? known?.keys ?? []
        let key = own?.key ?? variables.lazy.compactMap { environment[$0] }.first
        let wantsKey = own?.url == nil || own?.keyVariable != nil
        let missing = key == nil && wantsKey ? variables.first : nil
        if needsKey, let missing {
            throw CommandFailure(
                "there is no key for \(name)",
                hint: "Set \(missing) in the environment, or providers: {\(name): {key: …}} in the settings.")
        }
        return ProviderAccess(name: name, shape: shape, base: base, key: key, missingKey: missing)
    }

    /// Where the environment sends clients; not where that is our own proxy, which would record the call as an app's.
    private static func address(_ known: Known, _ environment: ProcessEnvironment) -> String? {
        known.urls.lazy.compactMap { environment[$0] }.first { url in
            url.contains("://") && !url.contains("/proxy/\(known.name)")
        }
    }

    private static func name(recorded: String?, model: String?, _ settings: [ProviderSetting]) -> String? {
        let own = recorded.flatMap { recorded in
            settings.first { $0.name == recorded }?.name
                ?? known.first { $0.name == recorded || $0.spanNames.contains(recorded) }?.name
        }
        // A model of another maker than the one recorded is asked there; a gateway has models of all.
        let makers: Set<String?> = ["openai", "anthropic", "google", nil]
        guard makers.contains(own), recorded == nil || own != nil else { return own }
        return model.flatMap(maker) ?? own
    }

    /// Whose model it is, by its name.
    private static func maker(of model: String) -> String? {
        let model = model.lowercased()
        if model.hasPrefix("claude") { return "anthropic" }
        if model.hasPrefix("gemini") { return "google" }
        return ["gpt-", "o1", "o3", "o4", "chatgpt"].contains { model.hasPrefix($0) } ? "openai" : nil
    }

    /// The headers that let a request in.
    var headers: [(name: String, value: String)] {
        switch shape {
        case .openAI: key.map { [("Authorization", "Bearer " + $0)] } ?? []
        case .anthropic: [("anthropic-version", "2023-06-01")] + (key.map { [("x-api-key", $0)] } ?? [])
        case .google: key.map { [("x-goog-api-key", $0)] } ?? []
        }
    }
}
