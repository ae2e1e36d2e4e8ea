/// What went wrong between us and a service, in words that tell what to do. Never holds a key or content.
struct ServiceTrouble: Error, Hashable, Sendable, CustomStringConvertible {
    /// The same for every failure of that kind: what a warning is written once for.
    var cause: String
    /// What happened, where, and what to do.
    var description: String
    /// The status of the answer, where there was one.
    var status: Int?

    /// An answer that is none of those wanted.
    ///
    /// - Parameters:
    ///   - place: the request, as in `POST http://127.0.0.1:4318/v1/traces`.
    ///   - variable: the setting that names the address.
    init(status: Int, of place: String, variable: String) {
        self.status = status
        cause = "status \(status)"
        let cure = Self.cure(status, variable: variable).map { ": " + $0 } ?? ""
        description = "\(place) answered \(status)\(cure)"
    }

    /// No answer.
    init(_ error: any Error, of place: String, limit: Duration) {
        switch error {
        case is TimeoutError:
            cause = "timeout"
            description = "\(place) did not answer within \(limit)"
        case is CancellationError:
            cause = "given up"
            description = "\(place) was given up before there was an answer"
        default:
            let words = Self.words(error)
            cause = "no answer: \(words.prefix(80))"
            description = "\(place) cannot be reached: \(words)"
        }
    }

    /// An answer that cannot be read.
    init(unreadable what: String, of place: String) {
        cause = "unreadable"
        description = "\(place): \(what)"
    }

    /// Nobody was asked.
    init(noAddress what: String) {
        cause = "no address"
        description = what
    }

    /// Whatever went wrong while an answer was fetched and read.
    init(any error: any Error, of place: String) {
        self = error as? ServiceTrouble ?? ServiceTrouble(unreadable: String(describing: error), of: place)
    }

    private static func cure(_ status: Int, variable: String) -> String? {
        switch status {
        case 401, 403: "check FALLOM_API_KEY"
        case 404, 405: "check \(variable), there is no such path"
        case 413: "it is larger than the service takes"
        case 429: "the service asks to slow down"
        case 300..<400: "redirects are not followed, set \(variable) to the address it names"
        case 500...: "the service is in trouble"
        default: nil
        }
    }

    /// The error in a few words.
    private static func words(_ error: any Error) -> String {
        let text = String(describing: error)
        if text.contains("Connection refused") { return "connection refused, is the service running there?" }
        if text.contains("handshakeFailed") { return "the TLS handshake failed, is it an https address?" }
        return String(text.prefix(200))
    }
}
