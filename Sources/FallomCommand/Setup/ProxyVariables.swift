import Proxy

/// The variables that send the calls of an app's provider clients through the proxy.
struct ProxyVariables: Hashable, Sendable {
    /// One client's: its variable, the upstream's name, what its base URL ends with.
    private struct Client: Hashable {
        var variable: String
        var upstream: String
        var suffix: String
    }

    private static let clients = [
        Client(variable: "OPENAI_BASE_URL", upstream: "openai", suffix: "/v1"),
        Client(variable: "OPENAI_API_BASE", upstream: "openai", suffix: "/v1"),
        Client(variable: "ANTHROPIC_BASE_URL", upstream: "anthropic", suffix: ""),
        Client(variable: "GOOGLE_GEMINI_BASE_URL", upstream: "google", suffix: ""),
        Client(variable: "OLLAMA_HOST", upstream: "ollama", suffix: ""),
        Client(variable: "GROQ_BASE_URL", upstream: "groq", suffix: ""),
        Client(variable: "TOGETHER_BASE_URL", upstream: "together", suffix: "/v1"),
        Client(variable: "CO_API_URL", upstream: "cohere", suffix: ""),
    ]

    /// In the order in which they are printed.
    let variables: [EnvironmentLines.Variable]
    /// Upstreams that the environment named itself, for a proxy that is made for it.
    let upstreams: [ProxyUpstream]
    /// What the environment said of upstreams and is lost where the proxy does not know of it: variable and value.
    let replaced: [EnvironmentLines.Variable]

    /// - Parameters:
    ///   - url: the proxy's server, without a slash at its end.
    ///   - environment: the app's, as it is now.
    init(url: String, environment: ProcessEnvironment) {
        var variables: [EnvironmentLines.Variable] = []
        var upstreams: [ProxyUpstream] = []
        var replaced: [EnvironmentLines.Variable] = []
        for client in Self.clients {
            variables.append(
                EnvironmentLines.Variable(
                    name: client.variable, value: "\(url)/proxy/\(client.upstream)\(client.suffix)"))
            guard let now = environment[client.variable], !Self.isProxy(now) else { continue }
            let address = now.contains("://") ? now : "http://\(now)"
            guard let upstream = ProxyUpstream(name: client.upstream, url: address),
                !ProxyUpstream.builtIn.contains(upstream)
            else { continue }
            replaced.append(EnvironmentLines.Variable(name: client.variable, value: now))
            if !upstreams.contains(where: { $0.name == client.upstream }) { upstreams.append(upstream) }
        }
        if let now = environment["AZURE_OPENAI_ENDPOINT"], let resource = Self.azureResource(now) {
            variables.append(
                EnvironmentLines.Variable(
                    name: "AZURE_OPENAI_ENDPOINT", value: "\(url)/proxy/azure/\(resource)"))
        }
        self.variables = variables
        self.upstreams = upstreams
        self.replaced = replaced
    }

    /// Whether it is an address of this proxy already: `eval "$(fallom env --proxy)"` was before.
    private static func isProxy(_ url: String) -> Bool {
        let parts = url.split(separator: "/", omittingEmptySubsequences: true)
        return parts.count >= 3 && parts[0] == "http:" && parts[2] == "proxy"
    }

    /// `https://NAME.openai.azure.com`
    private static func azureResource(_ url: String) -> Substring? {
        let rest = url.hasPrefix("https://") ? url.dropFirst("https://".count) : url[...]
        let host = rest.prefix { $0 != "/" }
        guard host.hasSuffix(".openai.azure.com") else { return nil }
        return host.dropLast(".openai.azure.com".count)
    }
}
