import OrderedJSON

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
    /// The media types that the service takes where the request went (`Accept-Post`).
    package var acceptPost: String?
    package var body: [UInt8]

    package init(status: Int, retryAfter: String? = nil, acceptPost: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.acceptPost = acceptPost
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

extension HTTPReply {
    /// Whether the service takes several records as lines.
    var takesLines: Bool { acceptPost?.contains("application/x-ndjson") ?? false }

    /// How many of several spans the service could not read.
    var rejectedSpans: Int {
        guard !body.isEmpty, let json = try? JSONValue(parsing: body) else { return 0 }
        let count = json["partialSuccess"]?["rejectedSpans"]
        return count.flatMap { $0.int ?? $0.string.flatMap { Int($0) } } ?? 0
    }
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

/// Waits for `operation` for `limit` at most, or until the task is cancelled. It is cancelled then, and not waited for.
/// Whether it ended.
func waiting(
    atMost limit: Duration, _ time: TimeSource, for operation: @escaping @Sendable () async -> Void
) async -> Bool {
    // A task's value cannot be left waiting, a stream can.
    let (end, continuation) = AsyncStream.makeStream(of: Void.self)
    let task = Task.detached {
        await operation()
        continuation.finish()
    }
    do {
        try await withTimeout(limit, time) { for await _ in end {} }
        if !Task.isCancelled { return true }
    } catch {}
    task.cancel()
    return false
}
