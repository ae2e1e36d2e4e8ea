import LocalExport
import OrderedJSON

/// Tells the service which session got which model. Nobody waits for it, and its errors are nobody's but the counters'.
final class AssignmentRecorder: Sendable {
    struct Assignment: Hashable, Sendable {
        var key: String
        var version: Int
        var sessionID: String
        var model: String

        /// The four fields that the published SDKs send, and no other (assignment contract §3).
        var json: JSONValue {
            .object([
                "config_key": .string(key), "config_version": .number(version), "session_id": .string(sessionID),
                "assigned_model": .string(model),
            ])
        }
    }

    private let queue: AsyncWorkQueue<Assignment>
    /// Whether anything is sent at all.
    let isEnabled: Bool
    private let shutdownTimeout: Duration

    init(fetcher: Fetcher, isOn: Bool, timeout: Duration, shutdownTimeout: Duration) {
        let url = fetcher.service.appending("sessions")
        let headers = fetcher.headers + [(name: "Content-Type", value: "application/json")]
        isEnabled = isOn && fetcher.isEnabled
        self.shutdownTimeout = shutdownTimeout
        queue = AsyncWorkQueue(capacity: 4096, workers: 4, time: fetcher.time) { assignment in
            let call = HTTPCall("POST", url, headers: headers, body: assignment.json.compactBytes)
            do {
                let reply = try await fetcher.transport.send(call, within: timeout, bodyLimit: 1 << 20)
                if (200..<300).contains(reply.status) { return .delivered(retries: 0) }
                return .failed("the service answered \(reply.status)", retries: 0)
            } catch {
                return .failed("the service did not answer: \(error)", retries: 0)
            }
        }
    }

    func add(_ assignment: Assignment) {
        guard isEnabled else { return }
        queue.add(assignment)
    }

    var counters: ExportCounters { queue.counters }
    func flush() async { await queue.flush() }
    func shutdown() async { await queue.shutdown(timeout: shutdownTimeout) }
}
