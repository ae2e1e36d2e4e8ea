import LocalExport
import SpanCodec

/// Posts every record to `{base}/v1/traces`, one a request, as the published SDKs do: several at once over kept
/// connections, again after a while where the service asks for it.
///
/// When the queue is full the newest record is dropped. Retried are 429, 502, 503, 504 and failures of the connection,
/// four attempts in all, waiting what `Retry-After` says (30 s at most), else up to 0.25, 0.5, 1 seconds by chance.
final class HTTPExporter: RecordExporter {
    static let attempts = 4
    private static let workers = 8

    private let queue: AsyncWorkQueue<FallomRecord>
    private let shutdownTimeout: Duration

    init(
        service: ServiceURL, apiKey: String?, transport: any HTTPTransport, queueCapacity: Int, timeout: Duration,
        shutdownTimeout: Duration, time: TimeSource, ids: IDSource
    ) {
        let url = service.appending("v1", "traces")
        var headers = [(name: "Content-Type", value: "application/json")]
        if let apiKey { headers.append((name: "Authorization", value: "Bearer " + apiKey)) }
        self.shutdownTimeout = shutdownTimeout
        queue = AsyncWorkQueue(capacity: queueCapacity, workers: Self.workers, time: time) { [headers] record in
            let call = HTTPCall("POST", url, headers: headers, body: record.encoded())
            return await Self.deliver(call, transport: transport, timeout: timeout, time: time, ids: ids)
        }
    }

    func export(_ record: FallomRecord) { queue.add(record) }
    func flush() async { await queue.flush() }
    func shutdown() async { await queue.shutdown(timeout: shutdownTimeout) }
    var counters: ExportCounters { queue.counters }

    private static func deliver(
        _ call: HTTPCall, transport: any HTTPTransport, timeout: Duration, time: TimeSource, ids: IDSource
    ) async -> AsyncWorkQueue<FallomRecord>.Delivery {
        var reason = ""
        for attempt in 0..<attempts {
            var wait = RetryPolicy.wait(attempt: attempt, fraction: ids.fraction())
            do {
                let reply = try await transport.send(call, within: timeout, bodyLimit: 1 << 20)
                if (200..<300).contains(reply.status) { return .delivered(retries: attempt) }
                reason = "the service answered \(reply.status)"
                guard RetryPolicy.isRetryable(reply.status) else { return .failed(reason, retries: attempt) }
                if let asked = reply.retryAfter.flatMap(RetryPolicy.seconds) { wait = asked }
            } catch {
                reason = "the service did not answer: \(type(of: error)) \(error)"
            }
            if attempt + 1 == attempts { break }
            do { try await time.sleep(wait) } catch { return .failed("given up at shutdown", retries: attempt) }
        }
        return .failed(reason, retries: attempts - 1)
    }
}

/// When to try again (OTLP/HTTP's rules, conventions §5).
enum RetryPolicy {
    static func isRetryable(_ status: Int) -> Bool { [429, 502, 503, 504].contains(status) }

    /// The wait after the attempt of that number, the first being 0: by chance up to 0.25 s, doubled each time.
    static func wait(attempt: Int, fraction: Double) -> Duration {
        .seconds(0.25 * Double(1 << min(attempt, 5)) * fraction)
    }

    /// What a `Retry-After` in seconds asks for, 30 s at most; `nil` for a date or nonsense.
    static func seconds(_ header: String) -> Duration? {
        guard let seconds = Int(header), seconds >= 0 else { return nil }
        return .seconds(min(seconds, 30))
    }
}
