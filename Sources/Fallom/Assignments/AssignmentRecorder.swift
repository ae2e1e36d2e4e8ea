import LocalExport
import OrderedJSON
import Synchronization

/// Tells the service which session got which model, each once. Nobody waits for it, and its errors are nobody's but the
/// counters' and the log's.
final class AssignmentRecorder: Sendable {
    struct Assignment: Hashable, Waiting {
        var key: String
        var version: Int
        var sessionID: String
        var model: String

        /// The four fields that the published SDKs send, and no other (docs/assignment.md §3).
        var json: JSONValue {
            .object([
                "config_key": .string(key), "config_version": .number(version), "session_id": .string(sessionID),
                "assigned_model": .string(model),
            ])
        }

        var weight: Int { 128 + key.utf8.count + sessionID.utf8.count + model.utf8.count }
        var isStart: Bool { false }
        var withoutContent: Assignment? { nil }
    }

    private let delivery: HTTPDelivery<Assignment>
    private let said = Mutex(RecentHashes())
    /// Whether anything is sent at all.
    let isEnabled: Bool

    init(fetcher: Fetcher, options: FallomOptions) {
        let url = fetcher.service.appending("sessions")
        let headers = fetcher.headers + [(name: "Content-Type", value: "application/json")]
        isEnabled = options.recordsAssignments && fetcher.isEnabled
        let settings = HTTPDelivery<Assignment>.Settings(
            name: "assignments", place: "POST " + url, variable: "FALLOM_CONFIGS_URL",
            limits: RoomLimits(bytes: 8 << 20), maximumAge: options.maximumAge, timeout: options.recordTimeout)
        delivery = HTTPDelivery(settings, time: options.time, ids: options.ids, log: fetcher.log) { assignments, _ in
            let body = assignments.first?.json.compactBytes ?? []
            return try await fetcher.transport.send(
                HTTPCall("POST", url, headers: headers, body: body), within: options.recordTimeout, bodyLimit: 1 << 20)
        }
    }

    /// Records an assignment unless that was done lately.
    func add(_ assignment: @autoclosure () -> Assignment, hash: Int) {
        guard isEnabled, said.withLock({ $0.insert(hash) }) else { return }
        delivery.add(assignment())
    }

    var counters: ExportCounters { delivery.counters }
    func flush() async { await delivery.flush() }
    func shutdown(within limit: Duration) async { await delivery.shutdown(within: limit) }
    func abandon() { delivery.abandon() }
}

/// The last hundred thousand hashes or so.
struct RecentHashes: Sendable {
    private static let generation = 65_536
    private var young: Set<Int> = []
    private var old: Set<Int> = []

    /// Whether it is a new one.
    mutating func insert(_ hash: Int) -> Bool {
        guard !young.contains(hash) else { return false }
        let isNew = !old.contains(hash)
        if young.count >= Self.generation { (old, young) = (young, []) }
        young.insert(hash)
        return isNew
    }
}
