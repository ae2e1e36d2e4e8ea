/// A request that a web page makes: only pages of this receiver's own origin, and of origins it was told of, may
/// (`--cors`), and those only for sending spans and logs.
struct CrossOrigin: Hashable, Sendable {
    /// The page's origin.
    let origin: String
    private let asksForPrivateNetwork: Bool

    /// `nil` when the request is no other origin's. Throws when it is, and is not allowed.
    init?(_ head: RequestHead, rules: RequestGate.Rules) throws(RequestFailure) {
        let isCrossSite = head["sec-fetch-site"].map { $0 != "same-origin" && $0 != "none" } ?? false
        guard let origin = head["origin"] else {
            if isCrossSite { throw Self.refusal }
            return nil
        }
        if !isCrossSite, Self.isOwn(origin, host: head["host"]) { return nil }
        guard rules.origins.contains(origin.lowercased()), Self.openPaths.contains(head.path) else {
            throw Self.refusal
        }
        self.origin = origin
        asksForPrivateNetwork = head["access-control-request-private-network"] == "true"
    }

    /// What every answer to such a page says.
    var headers: [Answer.Header] {
        [
            Answer.Header(name: "Access-Control-Allow-Origin", value: origin),
            Answer.Header(name: "Vary", value: "Origin"),
        ]
    }

    /// The answer to the browser's question whether the page may; `nil` when the request is no such question. It has no
    /// key: browsers ask without.
    func preflight(_ head: RequestHead) -> Answer? {
        guard head.method == "OPTIONS", head["access-control-request-method"] != nil else { return nil }
        var headers = [
            Answer.Header(name: "Access-Control-Allow-Methods", value: "POST"),
            Answer.Header(name: "Access-Control-Max-Age", value: "600"),
        ]
        let asked = head.words(of: "access-control-request-headers")
        if !asked.isEmpty {
            headers.append(Answer.Header(name: "Access-Control-Allow-Headers", value: asked.joined(separator: ", ")))
        }
        if asksForPrivateNetwork {
            headers.append(Answer.Header(name: "Access-Control-Allow-Private-Network", value: "true"))
        }
        return Answer(status: 204, contentType: nil, headers: headers, body: [])
    }

    private static func isOwn(_ origin: String, host: String?) -> Bool {
        guard let host, !host.isEmpty else { return false }
        return origin.lowercased() == "http://" + host.lowercased()
    }

    private static let openPaths: Set<String> = ["/v1/traces", "/v1/logs"]
    private static let refusal = RequestFailure(403, "requests from web pages of other origins are refused")
}
