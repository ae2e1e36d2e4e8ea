import LocalExport

/// Options, environment and defaults brought together; everything checked.
struct ResolvedConfiguration: Sendable {
    static let defaultTraces = "https://traces.fallom.com"
    static let defaultConfigs = "https://configs.fallom.com"
    static let defaultPrompts = "https://prompts.fallom.com"

    var apiKey: String?
    var destinations: [TraceDestination]
    var configs: ServiceURL
    var prompts: ServiceURL
    /// Whether fetching by itself makes sense: there is a key, or a service that was named may do without.
    var syncsConfigs: Bool
    var syncsPrompts: Bool
    var policy: ContentPolicy
    var debug: Bool
    /// Why spans go nowhere although nobody asked for that.
    var tracingOffReason: String?

    /// The first HTTP service that spans go to.
    var tracesService: ServiceURL? {
        for case .http(let service) in destinations { return service }
        return nil
    }

    init(_ options: FallomOptions, environment: [String: String]) throws(ConfigurationError) {
        // A variable set to nothing counts as not set (docs/assignment.md §3).
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        func choice(_ option: String?, _ variableName: String, _ optionName: String) -> (text: String, name: String)? {
            if let option, !option.isEmpty { return (option, optionName) }
            return variable(variableName).map { ($0, variableName) }
        }
        let base = choice(options.baseURL, "FALLOM_BASE_URL", "baseURL")
        func service(
            _ option: String?, _ variableName: String, _ optionName: String, _ fallback: String
        ) throws(ConfigurationError) -> (url: ServiceURL, isNamed: Bool) {
            let chosen = choice(option, variableName, optionName) ?? base
            let text = chosen?.text ?? fallback
            guard let url = ServiceURL(text) else {
                throw ConfigurationError(
                    .malformedURL, option: chosen?.name ?? optionName,
                    "'\(text)' is no http:// or https:// address without query and user")
            }
            return (url, chosen != nil)
        }
        let key = choice(options.apiKey, "FALLOM_API_KEY", "apiKey")
        if let key, !key.text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            throw ConfigurationError(
                .malformedAPIKey, option: key.name, "the key has a space or an unprintable character")
        }
        apiKey = key?.text
        let configs = try service(options.configsURL, "FALLOM_CONFIGS_URL", "configsURL", Self.defaultConfigs)
        let prompts = try service(options.promptsURL, "FALLOM_PROMPTS_URL", "promptsURL", Self.defaultPrompts)
        self.configs = configs.url
        self.prompts = prompts.url
        syncsConfigs = apiKey != nil || configs.isNamed
        syncsPrompts = apiKey != nil || prompts.isNamed
        policy = ContentPolicy(
            capturesContent: try Self.flag(
                options.captureContent, variable("FALLOM_CAPTURE_CONTENT"), "FALLOM_CAPTURE_CONTENT")
                ?? true)
        debug = try Self.flag(options.debug, variable("FALLOM_DEBUG"), "FALLOM_DEBUG") ?? false
        let traces = choice(options.tracesURL, "FALLOM_TRACES_URL", "tracesURL") ?? base
        destinations = []
        guard options.sendsTraces else { return }
        let texts = (traces?.text ?? Self.defaultTraces).split(separator: ",").map { String($0.trimmingSpaces) }
        for text in texts {
            destinations.append(
                try TraceDestination(text, option: traces?.name ?? "tracesURL", environment: environment))
        }
        try requireKey(isNamed: traces != nil, option: traces?.name ?? "tracesURL")
    }

    /// A key is needed for another machine's HTTPS only. Without one the default service is left out, with a reason, so
    /// that models and prompts still work; a service that was named is an error.
    private mutating func requireKey(isNamed: Bool, option: String) throws(ConfigurationError) {
        guard apiKey == nil else { return }
        let remote = destinations.first { destination in
            if case .http(let url) = destination { url.isSecure && !url.isLoopback } else { false }
        }
        guard case .http(let url)? = remote else { return }
        let message = "spans for \(url.host) need a key: set apiKey or FALLOM_API_KEY, or name a local address"
        guard !isNamed else { throw ConfigurationError(.missingAPIKey, option: option, message) }
        destinations = []
        tracingOffReason = message
    }

    private static func flag(_ option: Bool?, _ text: String?, _ name: String) throws(ConfigurationError) -> Bool? {
        if let option { return option }
        guard let text else { return nil }
        switch text.lowercased() {
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        default: throw ConfigurationError(.malformedFlag, option: name, "'\(text)' is neither true nor false")
        }
    }
}

extension Substring {
    /// Without spaces at its ends.
    fileprivate var trimmingSpaces: Substring {
        var text = self
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return text
    }
}
