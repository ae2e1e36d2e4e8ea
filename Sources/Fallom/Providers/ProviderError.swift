import OrderedJSON
package import ProviderCalls

/// Why a call of a model API has no result: what the provider answered instead, or what came of the connection.
///
/// Its texts (``description``, `debugDescription`, the fields) hold no key: not that of the client that threw it, and
/// nothing of a URL's query.
public struct ProviderError: HTTPStatusError, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is. More kinds may come.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        /// Its name.
        public let name: String

        /// The answer's status is not a success.
        public static let status = Kind(name: "status")
        /// The provider reports an error inside an answer whose status is a success.
        public static let insideAnswer = Kind(name: "inside answer")
        /// No connection, or one that broke.
        public static let connection = Kind(name: "connection")
        /// A time limit passed: until connected, until the answer began, or between two of its pieces.
        public static let timeout = Kind(name: "timeout")
        /// What came is no answer of the API.
        public static let malformedAnswer = Kind(name: "malformed answer")
        /// The answer ended before the provider said that it is whole.
        public static let endedEarly = Kind(name: "ended early")
        /// The request cannot be sent as it is: no key, or one that cannot stand in a header.
        public static let invalidRequest = Kind(name: "invalid request")
        /// A stream was read a second time.
        public static let readTwice = Kind(name: "read twice")

        /// Its name.
        public var description: String { name }
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// The answer's status; `nil` when there was no answer, or its status was a success.
    public var httpStatus: Int?
    /// The provider's message, or ours.
    public var message: String
    /// The provider's word for the kind of error (`rate_limit_error`, `INVALID_ARGUMENT`, …).
    public var type: String?
    /// The provider's code of the error.
    public var code: String?
    /// The provider's id of the request, for its support.
    public var requestID: String?
    /// The address that was asked, without user and query.
    public var url: String?
    /// The answer's headers, names in lower case; of several of a name the first. Cookies are left out.
    public var headers: [String: String]
    /// How long the provider asks to wait.
    public var retryAfter: Duration?
    /// The answer's body, where it is JSON.
    public var body: JSON?
    /// How often it was tried.
    public var attempts: Int
    /// The error below, where it can hold no secret.
    public var cause: (any Error)?

    /// Makes an error.
    public init(
        kind: Kind = .status, httpStatus: Int? = nil, message: String, type: String? = nil, code: String? = nil,
        requestID: String? = nil, url: String? = nil, headers: [String: String] = [:], retryAfter: Duration? = nil,
        body: JSON? = nil, attempts: Int = 1, cause: (any Error)? = nil
    ) {
        self.kind = kind
        self.httpStatus = httpStatus
        self.message = message
        self.type = type
        self.code = code
        self.requestID = requestID
        self.url = url
        self.headers = headers
        self.retryAfter = retryAfter
        self.body = body
        self.attempts = attempts
        self.cause = cause
    }

    /// What `Retry-After` asks for, in whole seconds.
    public var retryAfterSeconds: Int? { retryAfter.map { Int($0.components.seconds) } }

    /// Whether the same request may go better another time: 408, 409, 429, 5xx, a connection that failed, a time limit.
    public var isRetryable: Bool {
        if let told = headers["x-should-retry"] { return told == "true" }
        if let httpStatus { return httpStatus == 408 || httpStatus == 409 || httpStatus == 429 || httpStatus >= 500 }
        return kind == .connection || kind == .timeout
    }

    /// Status and message, as in `429 Rate limit reached for requests.`; for a failed connection the address too.
    public var description: String {
        if let httpStatus {
            let status = String(httpStatus)
            return message.hasPrefix(status) ? message : message.isEmpty ? status : "\(status) \(message)"
        }
        return message
    }

    /// Whether all that can be compared is the same; the cause below is left out.
    public static func == (left: ProviderError, right: ProviderError) -> Bool {
        left.kind == right.kind && left.httpStatus == right.httpStatus && left.message == right.message
            && left.type == right.type && left.code == right.code && left.requestID == right.requestID
            && left.url == right.url && left.retryAfter == right.retryAfter && left.body == right.body
    }

    /// Hashes what ``==(_:_:)`` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(httpStatus)
        hasher.combine(message)
        hasher.combine(type)
        hasher.combine(url)
    }
}

extension ProviderError: CustomDebugStringConvertible, CustomReflectable {
    /// Kind, description and where it was.
    public var debugDescription: String {
        var parts = ["ProviderError(\(kind.name)): \(description)"]
        if let type { parts.append("type \(type)") }
        if let code { parts.append("code \(code)") }
        if let requestID { parts.append("request \(requestID)") }
        if let url { parts.append(url) }
        if attempts > 1 { parts.append("\(attempts) tries") }
        return parts.joined(separator: ", ")
    }

    /// Nothing but what the description says.
    public var customMirror: Mirror { Mirror(self, children: ["description": debugDescription]) }
}

extension ProviderError {
    /// What a provider's failure is to the app.
    package init(_ failure: CallFailure, headers: [String: String] = [:], url: String? = nil, body: JSON? = nil) {
        let kind: Kind =
            switch failure.kind {
            case .status: .status
            case .insideAnswer: .insideAnswer
            case .incomplete: .endedEarly
            case .malformed: .malformedAnswer
            }
        self.init(
            kind: kind, httpStatus: failure.status, message: failure.message, type: failure.type, code: failure.code,
            requestID: headers["request-id"] ?? headers["x-request-id"] ?? headers["apim-request-id"], url: url,
            headers: headers, retryAfter: RetryAfter.duration(headers), body: body)
    }

    /// The error of an answer whose status is no success.
    package init(status: Int, body: [UInt8], headers: [String: String], url: String? = nil) {
        self.init(
            CallFailure(status: status, body: body), headers: headers, url: url,
            body: try? JSON(parsing: body))
    }
}
