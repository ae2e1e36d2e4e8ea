import AsyncHTTPClient
import Fallom
import NIOCore
import NIOHTTP1
import OrderedJSON

/// A request recognised as a call of a model API.
struct ProviderRequest: Sendable {
    /// Where the request's JSON is.
    enum Body: Sendable {
        case whole(JSONValue)
        /// Being copied while it is sent.
        case streamed(BodyCopy)
        case unreadable

        /// The JSON as far as it is known now.
        var json: JSONValue? {
            switch self {
            case .whole(let json): json
            case .streamed(let copy):
                copy.whole.flatMap { try? JSONValue(parsing: $0.readableBytesView, allowsLoneSurrogates: true) }
            case .unreadable: nil
            }
        }
    }

    let dialect: CallDialect
    let model: String?
    let isStreaming: Bool
    let endpoint: TracedEndpoint
    private let body: Body

    /// Recognises a request by its path, its host, an `anthropic-version` header and, where it can be read already, its
    /// body; `nil` for any other.
    init?(_ request: HTTPClientRequest, _ held: Body) {
        guard request.method == .POST else { return nil }
        let withoutQuery = request.url.prefix { $0 != "?" && $0 != "#" }
        let path = Self.path(withoutQuery)
        let known = TracedEndpoint(baseURL: String(withoutQuery)).provider
        let isAnthropic = request.headers.contains(name: "anthropic-version")
        let body = held.json
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
        self.body = held
        endpoint = TracedEndpoint(
            provider: known ?? Self.provider(of: dialect), baseURL: Self.base(withoutQuery, dialect))
    }

    /// What the request and a whole answer say.
    func capture(response: JSONValue?) -> CapturedCall {
        let json = body.json
        return with(json, dialect.capture(request: json, response: response))
    }

    /// What the request and the pieces of a streamed answer say.
    func capture(pieces: [JSONValue]) -> CapturedCall {
        let json = body.json
        return with(json, dialect.capture(request: json, pieces: pieces))
    }

    /// What a body that came later says about the call itself.
    private func with(_ json: JSONValue?, _ call: CapturedCall) -> CapturedCall {
        var call = call
        call.requestModel = model ?? json?["model"]?.string
        call.isStreaming = isStreaming || json?["stream"]?.bool == true
        return call
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
