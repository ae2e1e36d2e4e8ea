import OrderedJSON
import ProviderCalls

/// One exchange of an ``ExchangeTape``.
struct TapedExchange: Sendable {
    /// What is answered.
    struct Response: Sendable {
        /// What stands in the answer.
        enum Content: Sendable {
            case body(JSONValue)
            case events([JSONValue])
            case text(String)
            case pieces([[UInt8]])
        }

        var status = 200
        var headers: [(name: String, value: String)] = []
        var content: Content
        var isCut = false

        /// The bytes as they come.
        var bytes: [[UInt8]] {
            switch content {
            case .body(let json): [json.compactBytes]
            case .events(let events): events.map { Array("data: \($0.string ?? $0.compactText)\n\n".utf8) }
            case .text(let text): [Array(text.utf8)]
            case .pieces(let pieces): pieces
            }
        }
    }

    /// What a request's path ends with.
    var path: String
    /// What a request says at least.
    var body: JSONValue?
    var response: Response
    var repeats = false

    /// Why a request is not answered by this one; `nil` when it is.
    func difference(_ path: String, _ body: JSONValue?) -> String? {
        guard path.utf8.count >= self.path.utf8.count, path.hasSuffix(self.path) else { return "is for \(self.path)" }
        guard let wanted = self.body else { return nil }
        return Self.difference(wanted, body ?? .null, at: "").map { "wants another \($0)" }
    }

    /// The first place where what came is not what is wanted; members that are not wanted do not count.
    private static func difference(_ wanted: JSONValue, _ came: JSONValue, at place: String) -> String? {
        guard let members = wanted.object else { return wanted == came ? nil : place.isEmpty ? "body" : place }
        for member in members {
            let inner = place.isEmpty ? member.name : place + "." + member.name
            guard let value = came[member.name] else { return inner }
            if let found = difference(member.value, value, at: inner) { return found }
        }
        return nil
    }
}

// MARK: - The form

extension TapedExchange {
    init(_ json: JSONValue) throws(TapeError) {
        guard let path = json["request"]?["path"]?.string, !path.isEmpty else {
            throw TapeError(message: "'request' has no 'path'")
        }
        guard let response = json["response"], response.object != nil else {
            throw TapeError(message: "there is no 'response'")
        }
        self.init(path: path, body: json["request"]?["body"], response: try Response(response))
        repeats = json["repeats"]?.bool ?? false
    }

    /// The exchange in the tape's form.
    var json: JSONValue {
        var request = ObjectBuilder()
        request.add("path", path)
        request.add("body", body)
        var made = ObjectBuilder()
        made.add("request", request.object)
        made.add("response", response.json)
        if repeats { made.add("repeats", true) }
        return made.object
    }
}

extension TapedExchange.Response {
    init(_ json: JSONValue) throws(TapeError) {
        let forms = ["body", "events", "text", "base64"].filter { json[$0] != nil }
        guard forms.count == 1 else {
            throw TapeError(message: "'response' needs one of 'body', 'events', 'text' and 'base64'")
        }
        let content: Content
        switch forms[0] {
        case "body": content = .body(json["body"] ?? .null)
        case "events":
            guard let events = json["events"]?.array else { throw TapeError(message: "'events' is no list") }
            content = .events(events)
        case "text":
            guard let text = json["text"]?.string else { throw TapeError(message: "'text' is no text") }
            content = .text(text)
        default:
            let texts = json["base64"]?.array ?? json["base64"].map { [$0] } ?? []
            let pieces = texts.map { $0.string.flatMap { Base64.decode($0.utf8) } }
            guard !pieces.contains(where: { $0 == nil }) else { throw TapeError(message: "'base64' is none") }
            content = .pieces(pieces.compactMap { $0 })
        }
        self.init(content: content)
        if let status = json["status"] {
            guard let number = status.int, (100...599).contains(number) else {
                throw TapeError(message: "'status' is no status")
            }
            self.status = number
        }
        headers = (json["headers"]?.object ?? []).map {
            (name: $0.name, value: $0.value.string ?? $0.value.compactText)
        }
        isCut = json["cut"]?.bool ?? false
    }

    var json: JSONValue {
        var made = ObjectBuilder()
        if status != 200 { made.add("status", .number(status)) }
        if !headers.isEmpty {
            made.add("headers", .object(headers.map { JSONMember($0.name, .string($0.value)) }))
        }
        switch content {
        case .body(let json): made.add("body", json)
        case .events(let events): made.add("events", .array(events))
        case .text(let text): made.add("text", text)
        case .pieces(let pieces): made.add("base64", .array(pieces.map { .string(Base64.encode($0)) }))
        }
        if isCut { made.add("cut", true) }
        return made.object
    }
}
