public import OrderedJSON

/// What a provider answered instead of a result, or why there is none.
public struct ProviderError: HTTPStatusError, Hashable, Sendable, CustomStringConvertible {
    /// The answer's status; `nil` when the error came inside a stream, or the answer could not be read.
    public var httpStatus: Int?
    /// The provider's message.
    public var message: String
    /// The provider's word for the kind of error (`rate_limit_error`, `INVALID_ARGUMENT`, …).
    public var type: String?
    /// What `Retry-After` asks for, in seconds.
    public var retryAfterSeconds: Int?
    /// The answer's body, where it is JSON.
    public var body: JSONValue?

    /// Makes an error.
    public init(
        httpStatus: Int? = nil, message: String, type: String? = nil, retryAfterSeconds: Int? = nil,
        body: JSONValue? = nil
    ) {
        self.httpStatus = httpStatus
        self.message = message
        self.type = type
        self.retryAfterSeconds = retryAfterSeconds
        self.body = body
    }

    /// Reads the three providers' error shapes.
    package init(httpStatus: Int?, body: [UInt8], retryAfter: String?) {
        let json = try? JSONValue(parsing: body)
        let error = json?["error"] ?? json?[0]?["error"]
        let text = error?["message"]?.string ?? error?.string ?? json?["message"]?.string
        self.init(
            httpStatus: httpStatus, message: text ?? String(decoding: body.prefix(500), as: UTF8.self),
            type: error?["type"]?.string ?? error?["status"]?.string,
            retryAfterSeconds: retryAfter.flatMap { Int($0) }, body: json)
    }

    /// Status and message, as in `429 Rate limit reached for requests.`
    public var description: String {
        httpStatus.map { "\($0) \(message)" } ?? message
    }
}
