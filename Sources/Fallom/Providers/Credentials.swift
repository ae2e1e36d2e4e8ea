import OrderedJSON

/// What a client sends with every request to be let in, checked when the client is made: a key that cannot stand in a
/// header must not come out in somebody's error.
struct Credentials: Sendable {
    /// The headers of every request.
    var headers: [(name: String, value: String)]
    /// Texts that no error may hold.
    private var secrets: [String] = []
    /// Why no request can be sent.
    private(set) var fault: ProviderError?

    /// - Parameters:
    ///   - key: the key; blanks and line ends around it (a mounted secret has one) are cut off.
    ///   - name: the header it goes into.
    ///   - prefix: what stands before it there.
    ///   - missing: what is wrong without one; `nil` where a server may want none.
    init(
        key: String?, in name: String, prefix: String = "", headers: [(name: String, value: String)],
        missing: String? = nil
    ) {
        self.headers = []
        let own = headers.map { (name: $0.name, value: Self.trimmed($0.value)) }
        let key = key.map(Self.trimmed).flatMap { $0.isEmpty ? nil : $0 }
        secrets = ([key] + own.map(\.value)).compactMap(\.self).filter { $0.utf8.count >= 6 }
        let carriesItself = own.contains {
            ["authorization", "x-api-key", "api-key", "x-goog-api-key"].contains($0.name.lowercased())
        }
        if let key {
            add(name, prefix + key, said: "the API key")
        } else if let missing, !carriesItself {
            fault = ProviderError(kind: .invalidRequest, message: missing)
        }
        for header in own {
            add(header.name, header.value, said: "the value of the header '\(Self.shown(header.name))'")
        }
    }

    private mutating func add(_ name: String, _ value: String, said: String) {
        let isFieldName = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        let isValue = value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
        guard isFieldName, isValue else {
            fault =
                fault
                ?? ProviderError(
                    kind: .invalidRequest,
                    message: isFieldName
                        ? "\(said) holds a line end or another control character"
                        : "'\(Self.shown(name))' is no name of a header")
            return
        }
        headers.append((name, value))
    }

    private static func shown(_ name: String) -> String {
        String(decoding: name.utf8.prefix(40).map { $0 > 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    private static func trimmed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 })
        else {
            return ""
        }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }

    /// An error without the client's secrets, wherever a server may have repeated them.
    func cleaned(_ error: ProviderError) -> ProviderError {
        var error = error
        error.message = cleaned(error.message)
        error.type = error.type.map(cleaned)
        error.code = error.code.map(cleaned)
        error.headers = error.headers.filter { $0.key != "set-cookie" }.mapValues(cleaned)
        error.body = error.body.map(cleaned)
        if let cause = error.cause, holdsSecret(String(reflecting: cause)) { error.cause = nil }
        return error
    }

    private func cleaned(_ text: String) -> String {
        secrets.reduce(text) { text, secret in
            text.utf8.count < secret.utf8.count ? text : text.replacing(secret, with: "***")
        }
    }

    private func cleaned(_ json: JSONValue) -> JSONValue {
        switch json {
        case .string(let text): .string(cleaned(text))
        case .array(let elements): .array(elements.map(cleaned))
        case .object(let members): .object(members.map { JSONMember(cleaned($0.name), cleaned($0.value)) })
        case .null, .bool, .number: json
        }
    }

    private func holdsSecret(_ text: String) -> Bool { secrets.contains { text.contains($0) } }
}
