/// A request of the SDK's own.
package struct HTTPCall: Sendable {
    package var method: String
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(_ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// A whole answer.
package struct HTTPReply: Sendable {
    package var status: Int
    package var retryAfter: String?
    package var body: [UInt8]

    package init(status: Int, retryAfter: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }
}

/// Sends the SDK's requests. Redirects are never followed: a key must not travel where nobody sent it.
package protocol HTTPTransport: Sendable {
    /// The whole answer, body included, within `limit`; throws when it does not come or is longer than `bodyLimit`.
    func send(_ call: HTTPCall, within limit: Duration, bodyLimit: Int) async throws -> HTTPReply
    /// Closes all connections.
    func shutdown() async
}

/// It took too long.
struct TimeoutError: Error, Hashable, CustomStringConvertible {
    var limit: Duration
    var description: String { "no whole answer within \(limit)" }
}

/// Runs `operation` for `limit` at most; it is cancelled then.
func withTimeout<Result: Sendable>(
    _ limit: Duration, _ time: TimeSource, _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await time.sleep(limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else { throw TimeoutError(limit: limit) }
        return result
    }
}
