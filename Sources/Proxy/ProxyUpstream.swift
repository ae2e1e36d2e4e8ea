/// A provider that calls are passed on to, under the name that stands in our path.
public struct ProxyUpstream: Hashable, Sendable {
    /// Where a request of it goes.
    private enum Place: Hashable, Sendable {
        /// A base URL, in two parts: `https://host:port` and a path without a slash at its end.
        case base(origin: String, path: String)
        /// An Azure resource, whose name stands first in what follows ours.
        case azureResource
    }

    /// The name in the path: `/proxy/NAME/…`.
    public let name: String
    /// Who answers, where the address does not tell.
    let provider: String?
    private let place: Place

    /// Takes a base URL; `nil` for what is none: `http://` or `https://`, a host, perhaps a port and a path.
    public init?(name: String, url: String) {
        guard Self.isName(name), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !#"?#@"\<>"#.utf8.contains($0) }),
            let scheme = ["https://", "http://"].first(where: { url.lowercased().hasPrefix($0) })
        else { return nil }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        guard !authority.isEmpty, !authority.hasPrefix(":") else { return nil }
        var path = rest[authority.endIndex...]
        while path.last == "/" { path.removeLast() }
        self.init(name: name, place: .base(origin: scheme + authority.lowercased(), path: String(path)))
    }

    private init(name: String, place: Place) {
        self.name = name
        self.place = place
        provider = Self.providers[name]
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                    || "._-".unicodeScalars
                        .contains($0)
            }
    }

    /// The URL of a request.
    ///
    /// - Parameter rest: what follows our own name in the path, beginning with a slash, or empty. What of the base's path
    ///   stands there too counts once: clients are told `/proxy/openai/v1`, and ask `/proxy/openai/v1/chat/completions`.
    /// - Returns: `nil` where the path names no place of this upstream.
    func target(_ rest: Substring, query: String?) -> String? {
        guard !Self.hasDots(rest) else { return nil }
        let url: String
        switch place {
        case .base(let origin, let path): url = origin + path + Self.tail(of: rest, behind: path)
        case .azureResource:
            let resource = rest.dropFirst().prefix { $0 != "/" }
            let isName = resource.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
            guard isName, !resource.isEmpty else { return nil }
            url = "https://\(resource).openai.azure.com" + rest.dropFirst(resource.count + 1)
        }
        return query.map { "\(url)?\($0)" } ?? url
    }

    /// What is left of a path without the longest end of the base's that it begins with.
    private static func tail(of rest: Substring, behind base: String) -> Substring {
        for start in base.indices where base[start] == "/" {
            let end = base[start...]
            guard rest.hasPrefix(end) else { continue }
            let tail = rest.dropFirst(end.count)
            if tail.isEmpty || tail.first == "/" { return tail }
        }
        return rest
    }

    /// Whether a piece of the path is `.` or `..`, in any spelling: it would leave the base.
    private static func hasDots(_ path: Substring) -> Bool {
        path.split(separator: "/").contains { piece in
            let plain = piece.lowercased().split(separator: "%2e", omittingEmptySubsequences: false).joined(
                separator: ".")
            return plain == "." || plain == ".."
        }
    }
}

extension ProxyUpstream {
    /// Those that are there without being named in the settings.
    public static let builtIn: [ProxyUpstream] =
        [
            ("openai", "https://api.openai.com/v1"), ("anthropic", "https://api.anthropic.com"),
            ("google", "https://generativelanguage.googleapis.com"), ("openrouter", "https://openrouter.ai/api/v1"),
            ("ollama", "http://127.0.0.1:11434"), ("groq", "https://api.groq.com"),
            ("mistral", "https://api.mistral.ai"), ("deepseek", "https://api.deepseek.com"),
            ("xai", "https://api.x.ai/v1"), ("together", "https://api.together.xyz/v1"),
            ("cohere", "https://api.cohere.com"), ("chatgpt", "https://chatgpt.com/backend-api/codex"),
        ].compactMap { ProxyUpstream(name: $0, url: $1) } + [ProxyUpstream(name: "azure", place: .azureResource)]

    private static let providers = [
        "openai": "openai", "anthropic": "anthropic", "google": "gcp.gemini", "openrouter": "openrouter",
        "ollama": "ollama", "groq": "groq", "mistral": "mistral_ai", "deepseek": "deepseek", "xai": "x_ai",
        "together": "together", "cohere": "cohere", "chatgpt": "openai", "azure": "azure.ai.openai",
    ]
}
