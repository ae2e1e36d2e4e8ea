import ProviderCalls

/// Gives the token that a request is let in by (`Authorization: Bearer …`): of OAuth, of Google's or Microsoft's cloud. It is
/// asked before each try of a request, so that what it gives should be kept until it expires.
public typealias TokenSource = @Sendable () async throws -> String

/// What a client sends with every request to be let in, checked when the client is made: a key that cannot stand in a
/// header must not come out in somebody's error.
struct Credentials: Sendable {
    /// The headers of every request.
    var headers: [(name: String, value: String)]
    /// Texts that no error may hold.
    private var secrets: RequestSecrets
    /// Why no request can be sent.
    private(set) var fault: ProviderError?
    private var token: TokenSource?
    private let address: String

    /// - Parameters:
    ///   - key: the key; blanks and line ends around it (a mounted secret has one) are cut off.
    ///   - name: the header it goes into.
    ///   - prefix: what stands before it there.
    ///   - address: the API's base, which may hold a password.
    ///   - token: who gives one for each request, in place of a key.
    ///   - missing: what is wrong without one; `nil` where a server may want none.
    init(
        key: String?, in name: String, prefix: String = "", address: String,
        headers: [(name: String, value: String)], token: TokenSource? = nil, missing: String? = nil
    ) {
        self.headers = []
        self.token = token
        self.address = address
        let own = headers.map { (name: $0.name, value: Self.trimmed($0.value)) }
        let key = token == nil ? key.map(Self.trimmed).flatMap { $0.isEmpty ? nil : $0 } : nil
        secrets = RequestSecrets(url: address, headers: own, and: key.map { [$0] } ?? [])
        let carriesItself = own.contains {
            ["authorization", "x-api-key", "api-key", "x-goog-api-key"].contains($0.name.lowercased())
        }
        if let key {
            add(name, prefix + key, said: "the API key")
        } else if let missing, token == nil, !carriesItself {
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

    /// These for the next request: with a token, where one is given for each.
    ///
    /// - Throws: ``ProviderError``, with what the giver threw as its cause.
    func current() async throws -> Credentials {
        guard let token else { return self }
        let given: String
        do {
            given = Self.trimmed(try await token())
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ProviderError(kind: .invalidRequest, message: "no token: \(error)", cause: error)
        }
        var current = self
        current.token = nil
        current.add("Authorization", "Bearer " + given, said: "the token")
        current.secrets = RequestSecrets(url: address, headers: current.headers, and: [given])
        if let fault = current.fault { throw fault }
        return current
    }

    /// An error without the client's secrets, wherever a server may have repeated them.
    func cleaned(_ error: ProviderError) -> ProviderError {
        var error = error
        error.message = secrets.cleaned(error.message)
        error.type = error.type.map(secrets.cleaned)
        error.code = error.code.map(secrets.cleaned)
        error.requestID = error.requestID.map(secrets.cleaned)
        error.url = error.url.map(secrets.cleaned)
        error.headers = error.headers.filter { $0.key != "set-cookie" }.mapValues(secrets.cleaned)
        error.body = error.body.map { JSON(secrets.cleaned($0.value)) }
        if let cause = error.cause, secrets.areIn(String(reflecting: cause)) { error.cause = nil }
        return error
    }
}
