/// Decides from a request's head alone whether its body is worth reading (docs/security.md): who may speak to us, about what,
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
        /// Origins of web pages that may send spans, in lower case.
        var origins: Set<String>
        /// How much of a refused body is read and thrown away so that the connection stays usable.
        var drainLimit: Int
    }

    /// What to do with a request.
    enum Verdict: Sendable {
        case serve(Admission)
        /// Answer with this once the body is drained.
        case refuse(RequestFailure)
        /// Answer with this: there is nothing to work on.
        case answer(Answer)
    }

    /// A verdict, and how the client is told of it and of what comes of the request.
    struct Judgement: Sendable {
        var verdict: Verdict
        var dialect: AnswerDialect
        /// Headers that every answer has.
        var headers: [Answer.Header] = []
    }

    let rules: Rules
    /// Who answers, in the order in which they are asked.
    let routes: [any RequestRoute]

    func judge(_ head: RequestHead) -> Judgement {
        var judgement = Judgement(verdict: .refuse(Self.nothing), dialect: Self.dialect(of: head))
        do throws(RequestFailure) {
            try checkHost(head)
            if let page = try CrossOrigin(head, rules: rules) {
                judgement.headers = page.headers
                if let preflight = page.preflight(head) {
                    judgement.verdict = .answer(preflight)
                    return judgement
                }
            }
            try checkKey(head)
            for route in routes {
                guard let admission = try route.admit(head) else { continue }
                judgement.dialect = admission.dialect
                judgement.verdict = .serve(admission)
                return judgement
            }
        } catch {
            judgement.verdict = .refuse(error)
        }
        return judgement
    }

    /// How a client is told that its request is refused, whatever it asks for.
    private static func dialect(of head: RequestHead) -> AnswerDialect {
        if GRPCCall.isCall(head) { return .grpc }
        return head["content-type"]?.lowercased().hasPrefix(ContentType.protobuf) == true ? .protobuf : .json
    }

    private static let nothing = RequestFailure(404, "there is nothing at this path")

    /// A page of some website must not reach us through a name that its owner points at 127.0.0.1 (DNS rebinding).
    private func checkHost(_ head: RequestHead) throws(RequestFailure) {
        guard rules.isLoopback, let host = head["host"] else { return }
        let name = Self.hostName(host)
        // The name that containers have for this machine is nobody else's to give away.
        guard !Self.isLoopbackName(name), name != "host.docker.internal", !rules.hosts.contains(name) else { return }
        throw RequestFailure(421, "the host name \(host) is not one of this receiver; use 127.0.0.1 or localhost")
    }

    private func checkKey(_ head: RequestHead) throws(RequestFailure) {
        guard let key = rules.key else {
            // An address others can reach without a key is refused at start-up; this is the second lock.
            guard rules.isLoopback else { throw RequestFailure(401, "this receiver needs a key and has none") }
            return
        }
        guard head.shows(key) else {
            let challenge = Answer.Header(name: "WWW-Authenticate", value: "Bearer")
            throw RequestFailure(401, "the right key is needed: Authorization: Bearer <key>", headers: [challenge])
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
