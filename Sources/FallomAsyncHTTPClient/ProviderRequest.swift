import AsyncHTTPClient
package import Fallom
package import OrderedJSON

/// A request recognised as a call of a model API.
package struct ProviderRequest: Sendable {
    package var dialect: CallDialect
    package var model: String?
    package var isStreaming: Bool
    package var endpoint: TracedEndpoint
    package var body: JSONValue?

    /// Recognises a request by its path, its host, an `anthropic-version` header and, where it can be read, its body;
    /// `nil` for any other.
    package init?(method: String, url: String, isAnthropic: Bool, body: JSONValue?) {
        guard method == "POST" else { return nil }
        let withoutQuery = url.prefix { $0 != "?" && $0 != "#" }
        let path = Self.path(withoutQuery)
        let known = TracedEndpoint(baseURL: String(withoutQuery)).provider
        var model = body?["model"]?.string
        var isStreaming = body?["stream"]?.bool ?? false
        if path.hasSuffix("/chat/completions"), body == nil || body?["messages"] != nil {
            dialect = .openAIChat
        } else if path.hasSuffix("/responses"),
            known != nil || (body == nil && path.hasSuffix("/v1/responses")) || (body?["input"] != nil && model != nil)
        {
            dialect = .openAIResponses
        } else if path.hasSuffix("/messages"),
            known == "anthropic" || isAnthropic || (body?["max_tokens"] != nil && body?["messages"] != nil)
        {
            dialect = .anthropicMessages
        } else if let (name, method) = Self.googleCall(path), known != nil || body == nil || body?["contents"] != nil {
            dialect = .googleGenerate
            model = name
            isStreaming = method == "streamGenerateContent"
        } else {
            return nil
        }
        self.model = model
        self.isStreaming = isStreaming
        self.body = body
        endpoint = TracedEndpoint(
            provider: known ?? Self.provider(of: dialect), baseURL: Self.base(withoutQuery, dialect))
    }

    /// Everything from the first slash after the host.
    private static func path(_ url: Substring) -> Substring {
        guard let scheme = url.firstIndex(of: ":") else { return url }
        return url[scheme...].dropFirst(3).drop { $0 != "/" }
    }

    /// `…/models/NAME:generateContent`, also streamed.
    private static func googleCall(_ path: Substring) -> (model: String, method: String)? {
        let last = path.split(separator: "/").suffix(2)
        guard last.count == 2, last.first == "models", let call = last.last, let colon = call.lastIndex(of: ":") else {
            return nil
        }
        let method = call[call.index(after: colon)...]
        guard method == "generateContent" || method == "streamGenerateContent" else { return nil }
        return (String(call[..<colon]), String(method))
    }

    /// Two APIs are one vendor's own; the others are spoken by many.
    private static func provider(of dialect: CallDialect) -> String? {
        switch dialect {
        case .anthropicMessages: "anthropic"
        case .googleGenerate: "gcp.gemini"
        case .openAIChat, .openAIResponses: nil
        }
    }

    /// The API's base: the address without the call's own path.
    private static func base(_ url: Substring, _ dialect: CallDialect) -> String {
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        let own =
            switch dialect {
            case .openAIChat, .googleGenerate: 2
            case .openAIResponses, .anthropicMessages: 1
            }
        return parts.dropLast(own).joined(separator: "/")
    }
}
