import Gzip
package import OrderedJSON

/// A request recognised as a call of a model API: by its path, its host, its headers and, where it can be read already,
/// its body.
package struct ProviderRequest: Sendable {
    /// The API it asks.
    package let dialect: CallDialect
    /// The model asked for, as far as it is known.
    package private(set) var model: String?
    /// Whether an answer in pieces was asked for.
    package private(set) var isStreaming: Bool
    /// Who answers, as far as the address or the API tells.
    package let provider: String?
    /// The API's base: the address without the call's own path, without user and query.
    package let baseURL: String
    /// The body; `nil` as long as it cannot be read.
    package private(set) var json: JSONValue?
    /// The address and the headers, for what they hold of keys.
    private let url: String
    private let headers: [(name: String, value: String)]
    private let address: RequestAddress
    private let call: RecognisedCall

    /// Whether it is worth looking into: a path that one of the APIs has. Cheap, and right for nearly all requests.
    package static func mayBeCall(method: String, url: String) -> Bool {
        guard method.utf8.elementsEqual("POST".utf8) else { return false }
        let path = url.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        return endings.contains { ending in path.suffix(ending.utf8.count).elementsEqual(ending.utf8) }
    }

    private static let endings = [
        "/completions", "/responses", "/messages", "/embeddings", "/converse", "/converse-stream", "/invoke",
        "/invoke-with-response-stream", "/chat", "/generate", "/embed", "enerateContent", "mbedContent",
        "mbedContents", "awPredict", ":predict",
    ]

    /// Recognises a request; `nil` for what is no call of a model API. Counting tokens is none.
    ///
    /// - Parameter body: the body as far as it is known now, compressed or not; `nil` when it cannot be read yet
    ///   (``read(body:)`` takes it later).
    package init?(
        method: String, url: String, headers: some Sequence<(name: String, value: String)>, body: [UInt8]?
    ) {
        guard Self.mayBeCall(method: method, url: url) else { return nil }
        let json = body.flatMap(Self.json)
        // A body that is there and holds no JSON is no call of any of them.
        guard body == nil || json?.object != nil else { return nil }
        let address = RequestAddress(url)
        let isAnthropic = headers.contains { $0.name.lowercased() == "anthropic-version" }
        guard let call = RecognisedCall(address, json, hasAnthropicVersion: isAnthropic) else { return nil }
        self.call = call
        self.url = url
        self.headers = Array(headers)
        self.address = address
        self.json = json
        dialect = call.dialect
        model = call.model ?? json?["model"]?.filledText ?? call.deployment
        isStreaming = Self.isStreaming(call, json)
        provider = call.provider ?? address.provider ?? call.dialect.provider
        baseURL = address.base(dropping: call.ownPieces)
    }

    /// The body with the wish for a stream's tokens; `nil` where it has no place: no streamed chat completion, one that says
    /// itself what it wants, or a body that is not plain JSON.
    package var bodyAskingForUsage: [UInt8]? {
        guard dialect == .openAIChat, isStreaming, let json, json["stream_options"] == nil,
            !headers.contains(where: { $0.name.lowercased() == "content-encoding" })
        else { return nil }
        return json.setting("stream_options", ["include_usage": true]).compactBytes
    }

    /// What nothing said of a failure may hold.
    package var secrets: RequestSecrets { RequestSecrets(url: url, headers: headers) }

    /// Takes a body that could not be read at the beginning.
    package mutating func read(body: [UInt8]) {
        guard let json = Self.json(body) else { return }
        self.json = json
        model = call.model ?? json["model"]?.filledText ?? model
        isStreaming = Self.isStreaming(call, json)
    }

    private static func isStreaming(_ call: RecognisedCall, _ json: JSONValue?) -> Bool {
        call.isStreaming ?? json?["stream"]?.bool ?? (json != nil && call.streamsUnlessTold)
    }

    private static func json(_ body: [UInt8]) -> JSONValue? {
        let plain = body.starts(with: [0x1F, 0x8B]) ? (try? inflated(body, limit: 64 << 20)) ?? [] : body
        return try? JSONValue(parsing: plain, allowsLoneSurrogates: true)
    }
}

extension ProviderRequest {
    /// What a request says of the conversation it belongs to.
    package struct Hints: Hashable, Sendable {
        /// The provider's id of the conversation.
        package var conversationID: String?
        /// The answer that this one goes on from.
        package var previousResponseID: String?
        /// Who asks, as the app tells the provider.
        package var userID: String?
    }

    /// The conversation it belongs to, as far as the body says.
    package var hints: Hints {
        let conversation = json?["conversation"]
        let metadata = json?["metadata"]
        return Hints(
            conversationID: conversation?.filledText ?? conversation?["id"]?.filledText
                ?? metadata?.first("session_id", "conversation_id", "thread_id")?.filledText,
            previousResponseID: json?["previous_response_id"]?.filledText,
            userID: metadata?["user_id"]?.filledText
                ?? json?.first("safety_identifier", "user")?.filledText)
    }
}
