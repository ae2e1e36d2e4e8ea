internal import Ingest
internal import OrderedJSON
internal import ProviderCalls
internal import SpanCodec
internal import TraceModel

/// To whom a call belongs.
struct CallIdentity: Sendable {
    var session: String
    var customer: String?
    /// What the app says of it by `X-Fallom-…`.
    var headers: FallomHeaders
}

/// What a request says of the conversation it belongs to, beside `X-Fallom-…`: other tools' headers, then the places that
/// agents and providers have for it (docs/proxy.md).
struct ConversationSigns: Sendable {
    var session: String?
    var customer: String?

    init(_ head: RequestHead, _ request: ProviderRequest) {
        let body = request.json
        session = Self.session(in: head) ?? body.flatMap { Self.session(in: $0, request.hints) }
        let user = head["helicone-user-id"] ?? request.hints.userID
        // What Claude Code says there is the session, for a user who is nobody's customer.
        customer = user.flatMap { Self.session(inUser: $0) == nil ? Self.sensible($0) : nil }
    }

    private static func session(in head: RequestHead) -> String? {
        for name in ["x-litellm-trace-id", "x-litellm-session-id", "helicone-session-id"] {
            if let value = sensible(head[name]) { return value }
        }
        for field in head.fields where isSessionHeader(field.name) && isID(field.value) { return field.value }
        if let turn = head["x-codex-turn-metadata"], let json = try? JSONValue(parsing: Array(turn.utf8), maxDepth: 8),
            let id = json["session_id"]?.string ?? json["thread_id"]?.string, isID(id)
        {
            return id
        }
        let agent = head["user-agent"]?.lowercased() ?? ""
        guard agent.hasPrefix("codex") || head["originator"]?.lowercased().hasPrefix("codex") == true else {
            return nil
        }
        for name in ["session-id", "session_id", "thread-id", "thread_id", "conversation_id"] {
            if let value = head[name], isID(value) { return value }
        }
        return nil
    }

    /// `x-…-session-id` of whatever tool, and those that are named otherwise.
    private static func isSessionHeader(_ name: String) -> Bool {
        name == "x-session-id" || name == "x-opencode-session"
            || name.hasPrefix("x-") && name.hasSuffix("-session-id")
                && name.utf8.count > "x-".count + "-session-id".count
    }

    private static func session(in body: JSONValue, _ hints: ProviderRequest.Hints) -> String? {
        if let user = body["metadata"]?["user_id"]?.string, let id = session(inUser: user) { return id }
        if let id = body["client_metadata"]?["session_id"]?.string, isID(id) { return id }
        return sensible(hints.conversationID) ?? sensible(body["prompt_cache_key"]?.string)
    }

    /// The session in Anthropic's `user_id` as Claude Code fills it: `…_session_UUID`, or JSON that holds it.
    private static func session(inUser user: String) -> String? {
        if user.hasPrefix("{"), let json = try? JSONValue(parsing: Array(user.utf8), maxDepth: 8) {
            return json["session_id"]?.string.flatMap { isID($0) ? $0 : nil }
        }
        guard let mark = user.ranges(of: "_session_").last else { return nil }
        let id = String(user[mark.upperBound...])
        return isID(id) ? id : nil
    }

    /// Eight letters, digits, hyphens or underscores, or more: what no name of a feature or a flag is.
    private static func isID(_ text: String) -> Bool {
        (8...SpanIdentity.longestShared).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }

    private static func sensible(_ text: String?) -> String? {
        text.flatMap { !$0.isEmpty && $0.utf8.count <= SpanIdentity.longestShared ? $0 : nil }
    }
}
