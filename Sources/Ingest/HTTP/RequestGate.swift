/// Decides from a request's head alone whether its body is worth reading (design §6): who may speak to us, about what,
/// and how much.
struct RequestGate: Sendable {
    /// What is allowed.
    struct Rules: Sendable {
        /// Whether the listener is bound to a loopback address. If not, a key is needed.
        var isLoopback: Bool
        /// The key a client must show; on loopback `nil` means that none is asked for.
        var key: String?
        /// Host names beside the loopback ones, in lower case without a port.
        var hosts: Set<String>
        /// The largest body, as sent and after inflating.
        var bodyLimit: Int
        /// How much of a refused body is read and thrown away so that the connection stays usable.
        var drainLimit: Int
    }

    /// What to do with a request.
    enum Verdict: Hashable, Sendable {
        case serve(RequestPlan)
        /// Answer with this once the body is drained.
        case refuse(RequestFailure)
    }

    let rules: Rules

    func judge(_ head: RequestHead) -> Verdict {
        do throws(RequestFailure) {
            try checkHost(head)
            try checkOrigin(head)
            try checkKey(head)
            return .serve(try plan(head))
        } catch {
            return .refuse(error)
        }
    }

    /// A page of some website must not reach us through a name that its owner points at 127.0.0.1 (DNS rebinding).
    private func checkHost(_ head: RequestHead) throws(RequestFailure) {
        guard rules.isLoopback, let host = head["host"] else { return }
        let name = Self.hostName(host)
        guard !Self.isLoopbackName(name), !rules.hosts.contains(name) else { return }
        throw RequestFailure(421, "the host name \(host) is not one of this receiver; use 127.0.0.1 or localhost")
    }

    private func checkOrigin(_ head: RequestHead) throws(RequestFailure) {
        if let origin = head["origin"], !isOwn(origin, host: head["host"]) {
            throw RequestFailure(403, "requests from web pages of other origins are refused")
        }
        if let site = head["sec-fetch-site"], site != "same-origin", site != "none" {
            throw RequestFailure(403, "requests from web pages of other origins are refused")
        }
    }

    private func isOwn(_ origin: String, host: String?) -> Bool {
        guard let host, !host.isEmpty else { return false }
        return origin.lowercased() == "http://" + host.lowercased()
    }

    private func checkKey(_ head: RequestHead) throws(RequestFailure) {
        guard let key = rules.key else {
            // An address others can reach without a key is refused at start-up; this is the second lock.
            guard rules.isLoopback else { throw RequestFailure(401, "this receiver needs a key and has none") }
            return
        }
        let given = head["authorization"].flatMap { value -> String? in
            guard value.utf8.count > 7, value.prefix(7).lowercased() == "bearer " else { return nil }
            return String(value.dropFirst(7))
        }
        // The header's bytes were read as Latin-1; the key's UTF-8 bytes are read the same way for the comparison.
        guard let given,
            ConstantTime.equal(given.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }, Array(key.utf8))
        else {
            let challenge = Answer.Header(name: "WWW-Authenticate", value: "Bearer")
            throw RequestFailure(401, "the right key is needed: Authorization: Bearer <key>", headers: [challenge])
        }
    }

    private func plan(_ head: RequestHead) throws(RequestFailure) -> RequestPlan {
        let route: Route
        do throws(Route.Miss) {
            route = try Route.find(method: head.method, path: head.path)
        } catch {
            switch error {
            case .unknown(let reason): throw RequestFailure(404, reason)
            case .method(let allowed):
                let allow = Answer.Header(name: "Allow", value: allowed.joined(separator: ", "))
                throw RequestFailure(405, "\(head.method) is not possible here", headers: [allow])
            }
        }
        if head.method == "POST", head.framing == .none {
            throw RequestFailure(411, "a POST needs Content-Length or Transfer-Encoding: chunked")
        }
        if case .length(let length) = head.framing, length > rules.bodyLimit { throw tooLarge }
        return RequestPlan(route: route, format: try bodyFormat(head, route), coding: try bodyCoding(head))
    }

    /// The answer to a body over the limit.
    var tooLarge: RequestFailure {
        RequestFailure(413, "the body is larger than \(rules.bodyLimit) bytes; send smaller batches")
    }

    private func bodyFormat(_ head: RequestHead, _ route: Route) throws(RequestFailure) -> RequestPlan.Format {
        guard let type = head["content-type"], route.hasBody else { return .unnamed }
        let essence = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        switch (route, essence) {
        case (.metrics, ContentType.protobuf), (.traces, ContentType.protobuf), (.logs, ContentType.protobuf):
            return .protobuf
        case (.metrics, _), (_, ContentType.json): return .json
        case (.traces, ContentType.lines), (.traces, "application/jsonl"): return .lines
        default:
            let known = route.speaksOTLP ? "\(ContentType.json) or \(ContentType.protobuf)" : ContentType.json
            throw RequestFailure(415, "the content type \(type) is not known here; send \(known)")
        }
    }

    private func bodyCoding(_ head: RequestHead) throws(RequestFailure) -> RequestPlan.Coding {
        switch head["content-encoding"]?.lowercased() {
        case nil, "", "identity": return .identity
        case "gzip", "x-gzip": return .gzip
        case "deflate": return .zlib
        case .some(let other):
            let accepted = Answer.Header(name: "Accept-Encoding", value: "gzip")
            throw RequestFailure(415, "the content encoding \(other) is not known here; send gzip", headers: [accepted])
        }
    }

    /// The host without its port, in lower case, IPv6 brackets and a last dot removed.
    static func hostName(_ host: String) -> String {
        var name = host.lowercased()
        if name.hasPrefix("[") {
            return String(name.dropFirst().prefix { $0 != "]" })
        }
        if let colon = name.lastIndex(of: ":") { name = String(name[..<colon]) }
        if name.hasSuffix(".") { name.removeLast() }
        return name
    }

    /// `localhost`, `127.0.0.0/8`, `::1`: names that no resolver can point elsewhere.
    static func isLoopbackName(_ name: String) -> Bool {
        if name == "localhost" || name == "::1" || name == "0:0:0:0:0:0:0:1" || name == "::ffff:127.0.0.1" {
            return true
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// What to do with a request whose head was accepted.
struct RequestPlan: Hashable, Sendable {
    /// How the body is written.
    enum Format: Hashable, Sendable {
        case json
        case protobuf
        /// One record a line.
        case lines
        /// The client does not say.
        case unnamed
    }

    /// How the body is compressed.
    enum Coding: Hashable, Sendable {
        case identity
        case gzip
        case zlib
    }

    var route: Route
    var format: Format
    var coding: Coding
}

extension Route {
    /// Whether requests have a body that matters.
    var hasBody: Bool {
        switch self {
        case .traces, .logs, .metrics, .spans, .sessions: true
        case .configs, .configVersion, .prompts, .promptABTests: false
        }
    }

    /// Whether it is a path of the OTLP specification.
    var speaksOTLP: Bool { self == .traces || self == .logs || self == .metrics }
}

/// Comparison whose time tells nothing about where two secrets differ.
enum ConstantTime {
    static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        var difference: UInt8 = left.count == right.count ? 0 : 1
        for index in 0..<right.count {
            difference |= right[index] ^ (index < left.count ? left[index] : ~right[index])
        }
        return difference == 0
    }
}
