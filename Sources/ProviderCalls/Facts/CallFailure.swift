import OrderedJSON

/// What a provider said instead of an answer, or why what came is none.
package struct CallFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Kind: Hashable, Sendable {
        /// The answer's status is not a success.
        case status
        /// An error inside an answer whose status is a success.
        case insideAnswer
        /// The answer ended before its end.
        case incomplete
        /// What came is no answer of the API that was asked.
        case malformed
    }

    package var kind: Kind
    /// The answer's HTTP status, where that is the failure.
    package var status: Int?
    /// The provider's word for the kind of error (`rate_limit_error`, `INVALID_ARGUMENT`, …).
    package var type: String?
    /// The provider's code of the error, as text.
    package var code: String?
    /// The provider's message, or ours. May repeat what was asked: content.
    package var message: String

    /// Status and message, as in `429 Rate limit reached for requests.`
    package var description: String {
        guard let status, !message.hasPrefix(String(status)) else { return message }
        return message.isEmpty ? "\(status)" : "\(status) \(message)"
    }

    /// What may be said of it where content is not captured.
    package var outline: String {
        switch kind {
        case .status: [status.map { "\($0)" }, "ProviderError"].compactMap(\.self).joined(separator: " ")
        case .insideAnswer, .malformed: "ProviderError"
        case .incomplete: "incomplete"
        }
    }

    package static let incomplete = CallFailure(
        kind: .incomplete, message: "incomplete: the answer ended before the provider said that it is whole")

    package static func malformed(_ what: String) -> CallFailure {
        CallFailure(kind: .malformed, message: what)
    }
}

extension CallFailure {
    /// Reads an answer with a status that is no success, whatever its body is.
    package init(status: Int, body: [UInt8]) {
        self =
            (try? JSONValue(parsing: body, allowsLoneSurrogates: true)).flatMap { Self.said(in: $0) }
            ?? CallFailure(kind: .status, message: Self.text(body))
        kind = .status
        self.status = status
    }

    /// The error that a JSON text holds, in whatever way: `error` as an object or a text, `errors`, `detail`, a message of
    /// its own, or any of these in a list. `nil` when it holds none.
    static func said(in json: JSONValue) -> CallFailure? {
        if let first = json.array?.first { return said(in: first) }
        if let error = json.first("error", "fault", "Error") { return read(error: error, beside: json) }
        if let error = json["errors"]?[0]?.unlessNull { return read(error: error, beside: json) }
        if let text = detail(json["detail"]) { return CallFailure(kind: .insideAnswer, message: text) }
        if let status = json["base_resp"], let code = status["status_code"]?.int, code != 0 {
            return CallFailure(
                kind: .insideAnswer, code: String(code), message: status["status_msg"]?.string ?? "error \(code)")
        }
        guard
            let text = json.first("message", "Message", "error_msg", "errorMessage", "msg", "error_description")?.string
        else { return nil }
        return CallFailure(
            kind: .insideAnswer, type: word(json.first("type", "__type", "status")),
            code: word(json.first("code", "error_code", "status_code")), message: text)
    }

    private static func read(error: JSONValue, beside json: JSONValue) -> CallFailure? {
        if let text = error.string {
            guard !text.isEmpty else { return nil }
            let more = json["message"]?.filledText ?? json["error_description"]?.filledText
            return CallFailure(kind: .insideAnswer, type: more == nil ? nil : text, message: more ?? text)
        }
        guard error.object != nil else {
            return error.bool == true
                ? CallFailure(kind: .insideAnswer, message: json["message"]?.string ?? "error") : nil
        }
        let text = error.first("message", "msg", "error_msg", "faultstring", "detail", "reason")
        let type = word(error.first("type", "status", "name"))
        let code = word(error.first("code", "error_code", "http_code"))
        let message = text.map { $0.string ?? $0.compactText } ?? ""
        return CallFailure(
            kind: .insideAnswer, type: type, code: code,
            message: message.isEmpty ? type ?? code ?? error.compactText : message)
    }

    private static func word(_ value: JSONValue?) -> String? {
        value?.filledText ?? value?.int.map { String($0) }
    }

    /// FastAPI's `detail`: a text, a list of faults, or an object.
    private static func detail(_ json: JSONValue?) -> String? {
        if let text = json?.filledText { return text }
        let faults = (json?.elements ?? []).compactMap { $0["msg"]?.string ?? $0["message"]?.string }
        if !faults.isEmpty { return faults.joined(separator: "; ") }
        return json?["message"]?.filledText ?? json?["error"]?.filledText
    }

    /// What a body that is not JSON says: a page's title, else the beginning of its text.
    static func text(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(1 << 16), as: UTF8.self)
        guard text.first(where: { !$0.isWhitespace }) == "<" else {
            let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return String(line.prefix(500))
        }
        for element in ["title", "Message", "message", "h1"] {
            if let inside = Markup.text(of: element, in: text) { return inside }
        }
        return "a page of markup without a title"
    }
}

/// The little that is read of a page.
enum Markup {
    /// The text of the first element of that name, white space folded; `nil` when there is none.
    static func text(of element: String, in page: String) -> String? {
        let lower = page.lowercased()
        let name = element.lowercased()
        guard lower.utf8.count == page.utf8.count, let open = firstRange(of: "<" + name, in: lower),
            let start = lower[open.upperBound...].firstIndex(of: ">"),
            let end = lower[start...].dropFirst().firstIndex(of: "<")
        else { return nil }
        // The names may be written in any case; the text is taken as it stands.
        let from = page.utf8.index(
            page.utf8.startIndex, offsetBy: lower.utf8.distance(from: lower.startIndex, to: start))
        let to = page.utf8.index(page.utf8.startIndex, offsetBy: lower.utf8.distance(from: lower.startIndex, to: end))
        let words = page[page.utf8.index(after: from)..<to].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? nil : String(words.prefix(500))
    }

    private static func firstRange(of needle: String, in text: String) -> Range<String.Index>? {
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            if rest[start...].hasPrefix(needle) {
                return start..<text.index(start, offsetBy: needle.count)
            }
            rest = rest[text.index(after: start)...]
        }
        return nil
    }
}
