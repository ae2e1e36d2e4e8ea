package import OrderedJSON

/// What a request is let in by: texts that nothing said of its failure may hold, because servers repeat what they were
/// sent and errors of HTTP clients quote it.
package struct RequestSecrets: Sendable {
    /// Shorter texts stand in too many others.
    private static let shortest = 6

    /// Longest first, so that none is left half.
    private let texts: [[UInt8]]

    private init(_ texts: some Sequence<String>) {
        let long = texts.filter { $0.utf8.count >= Self.shortest }
        let all = Set((long + long.map(PercentEncoding.encoded)).map { Array($0.utf8) })
        self.texts = all.sorted { $0.count > $1.count }
    }

    /// Those of a request: password and keys of its address, the values of its headers.
    package init(url: String, headers: some Sequence<(name: String, value: String)>, and more: [String] = []) {
        self.init(Self.inAddress(url) + headers.flatMap { Self.inHeader($0.name, $0.value) } + more)
    }

    /// Whether a text holds one of them.
    package func areIn(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return texts.contains { Self.place(of: $0, in: bytes[...]) != nil }
    }

    /// A text with `***` in the place of each.
    package func cleaned(_ text: String) -> String {
        guard areIn(text) else { return text }
        var bytes = Array(text.utf8)
        for secret in texts {
            var rest = bytes[...]
            var clean: [UInt8] = []
            while let place = Self.place(of: secret, in: rest) {
                clean += rest[..<place] + [UInt8](repeating: UInt8(ascii: "*"), count: 3)
                rest = rest[(place + secret.count)...]
            }
            bytes = clean + rest
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same in every text of a value, names included.
    package func cleaned(_ json: JSONValue) -> JSONValue {
        switch json {
        case .string(let text): .string(cleaned(text))
        case .array(let elements): .array(elements.map(cleaned))
        case .object(let members): .object(members.map { JSONMember(cleaned($0.name), cleaned($0.value)) })
        case .null, .bool, .number: json
        }
    }

    /// A failure whose words hold none.
    package func cleaned(_ failure: CallFailure) -> CallFailure {
        var failure = failure
        failure.message = cleaned(failure.message)
        failure.type = failure.type.map(cleaned)
        failure.code = failure.code.map(cleaned)
        return failure
    }

    /// The error as it may be told: itself, or what is left of its text.
    package func cleaned(_ error: any Error) -> any Error {
        let text = String(describing: error)
        return areIn(text) ? CleanedError(text: cleaned(text), typeName: String(describing: type(of: error))) : error
    }

    private static func place(of secret: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes
        while rest.count >= secret.count, let start = rest.firstIndex(of: secret[0]) {
            if rest[start...].starts(with: secret) { return start }
            rest = rest[(start + 1)...]
        }
        return nil
    }
}

/// What is left of an error of somebody else's whose text held a secret.
package struct CleanedError: Error, CustomStringConvertible {
    private let text: String
    /// The name of the error's own type.
    package let typeName: String

    init(text: String, typeName: String) {
        self.text = text
        self.typeName = typeName
    }

    package var description: String { text }
}

extension RequestSecrets {
    private static let telling = [
        "key", "token", "secret", "auth", "cookie", "password", "credential", "signature", "sig", "session",
    ]
    /// Headers whose values are everybody's.
    private static let harmless: Set<String> = [
        "accept", "accept-encoding", "accept-language", "anthropic-beta", "anthropic-version", "connection",
        "content-encoding", "content-length", "content-type", "date", "expect", "host", "http-referer", "openai-beta",
        "referer", "traceparent", "transfer-encoding", "user-agent", "x-title",
    ]

    private static func isTelling(_ name: String) -> Bool { telling.contains { name.contains($0) } }

    /// The value as it is and as an error quotes it; of one that lets in, each of its words.
    private static func inHeader(_ name: String, _ value: String) -> [String] {
        let name = name.lowercased()
        guard !harmless.contains(name) else { return [] }
        let bare = String(value.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        var found = [bare, String(String(reflecting: bare).dropFirst().dropLast())]
        if isTelling(name) {
            let words = bare.split(whereSeparator: \.isWhitespace).map { String($0) }
            // The first of several says in what way: Bearer, Basic.
            found += words.count > 1 && !bare.contains(where: \.isNewline) ? words.dropFirst() : words[...]
        }
        return found
    }

    /// The password, or the user that stands for one, and what the query calls a key; as they stand and decoded.
    private static func inAddress(_ url: String) -> [String] {
        var found: [Substring] = []
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let authority = (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: true).dropFirst().first
        if let authority, let at = authority.lastIndex(of: "@") {
            let user = authority[..<at]
            found.append(user.firstIndex(of: ":").map { user[user.index(after: $0)...] } ?? user)
        }
        for item in (parts.count > 1 ? parts[1] : "").split(whereSeparator: { $0 == "&" || $0 == "#" }) {
            let pair = item.split(separator: "=", maxSplits: 1)
            if pair.count == 2, isTelling(pair[0].lowercased()) { found.append(pair[1]) }
        }
        return found.flatMap { [String($0), PercentEncoding.decoded($0)] }
    }
}
