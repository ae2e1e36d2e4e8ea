import Assignment
import OrderedJSON
import ProviderCalls
import Synchronization

/// What is known of a kind of record. Never changed once it is shared: a reader takes one reference.
final class CatalogSnapshot<Record: Sendable>: Sendable {
    let catalog: VersionCatalog<Record>
    let status: SyncStatus
    private let current: [UTF8Key: Held]

    /// A record that is handed out without being copied.
    final class Held: Sendable {
        let record: Record
        init(_ record: Record) { self.record = record }
    }

    init(catalog: VersionCatalog<Record> = VersionCatalog(), status: SyncStatus = SyncStatus()) {
        self.catalog = catalog
        self.status = status
        var current: [UTF8Key: Held] = [:]
        for key in catalog.keys {
            if let record = catalog[key]?.current { current[UTF8Key(key)] = Held(record) }
        }
        self.current = current
    }

    /// The current record of a key.
    func current(_ key: String) -> Held? { current[UTF8Key(key)] }

    /// This one with changes.
    func changed(_ change: (inout VersionCatalog<Record>, inout SyncStatus) -> Void) -> CatalogSnapshot {
        var catalog = catalog
        var status = status
        change(&catalog, &status)
        return CatalogSnapshot(catalog: catalog, status: status)
    }
}

/// How the synchronisation of configs or prompts goes.
public struct SyncStatus: Hashable, Sendable {
    /// How often a list was taken over.
    public var successes = 0
    /// How often a fetch failed; what was known before is kept.
    public var failures = 0
    /// Why the last fetch failed; `nil` after a success.
    public var lastFailure: String?
    /// Keys that the service no longer lists. They are still served (docs/assignment.md §3).
    public var removedKeys: [String] = []
    /// Records that cannot be used, with the reason.
    public var skippedRecords: [String] = []
}

/// Fetches lists of records and keeps them. Reading never waits for a fetch; several who ask at once share one.
final class CatalogSource<Record: VersionedRecord>: Sendable {
    /// Where a list is fetched.
    struct Reading: Sendable {
        var path: String
        var member: String
    }

    /// A miss asks the service again only when the last answer is older than this.
    private static var missInterval: Int64 { 5_000_000_000 }

    /// A fetch under way. It gets its whole time whoever started it and whoever still waits: what it brings is of use
    /// to the next who asks.
    private struct Flight: Sendable {
        var task: Task<Void, Never>
        /// When it is over at the latest; the transport sees to that.
        var end: Duration
    }

    private struct Flights {
        var list: Flight?
        var listFinishedAt: Int64?
        var versions: [VersionName: Flight] = [:]
        var missingVersions: [VersionName: Int64] = [:]
        /// Whether the last question was not answered. Nobody waits for another one then: the loop asks, or, where there
        /// is none, a question in the background.
        var isAway = false
        /// Versions that were asked for in the meantime.
        var wantedVersions: Set<VersionName> = []
        var hasLooped = false
    }

    /// Versions that are asked for again when the service is back, at most.
    private static var wantedCapacity: Int { 256 }

    private struct VersionName: Hashable {
        var key: [UInt8]
        var version: Int
    }

    private let cell = SnapshotCell(CatalogSnapshot<Record>())
    private let flights = Mutex(Flights())
    private let reading: Reading
    private let fetcher: Fetcher

    init(reading: Reading, fetcher: Fetcher) {
        self.reading = reading
        self.fetcher = fetcher
    }

    /// What is known now.
    var snapshot: CatalogSnapshot<Record> { cell.value }

    /// Fetches the list, or waits for the fetch under way.
    func sync() async {
        await sharedList().task.value
    }

    /// The patience of a look-up that begins now: one limit for all that it waits for.
    func patience() -> Patience { Patience(end: limit()) }

    private func limit() -> Duration { fetcher.now() + fetcher.timeout }

    /// Fetches the list for a key that is not known, unless that was done a moment ago.
    func syncUnlessRecent() async {
        var wholeLimit = patience()
        await syncUnlessRecent(&wholeLimit)
    }

    /// The same within a look-up's patience.
    func syncUnlessRecent(_ patience: inout Patience) async {
        let now = fetcher.time.monotonicNanoseconds()
        let (isRecent, isAway) = flights.withLock { flights in
            let isRecent = flights.list == nil && flights.listFinishedAt.map { now - $0 < Self.missInterval } ?? false
            return (isRecent, flights.isAway)
        }
        guard !isRecent, fetcher.now() < patience.end else { return }
        if isAway {
            if !fetcher.hasLoop { _ = sharedList() }
            return
        }
        await wait(for: sharedList(), &patience)
    }

    /// Fetches one version unless it was found missing a moment ago; several who ask at once share one fetch.
    func fetchVersion(key: String, version: Int, _ patience: inout Patience) async {
        guard fetcher.now() < patience.end else { return }
        let name = VersionName(key: Array(key.utf8), version: version)
        let isAway = flights.withLock { flights in
            if flights.isAway, flights.wantedVersions.count < Self.wantedCapacity {
                flights.wantedVersions.insert(name)
            }
            return flights.isAway
        }
        if isAway, fetcher.hasLoop { return }
        guard let flight = sharedVersion(name, key: key), !isAway else { return }
        await wait(for: flight, &patience)
    }

    /// The loop's round: the list, unless somebody's question has just fetched it for the first time, and the versions
    /// that were asked for while the service was away. Whether the service answered.
    func syncInLoop() async -> Bool {
        let isFirst = flights.withLock { flights in
            defer { flights.hasLooped = true }
            return !flights.hasLooped
        }
        if isFirst { await syncUnlessRecent() } else { await sync() }
        for name in flights.withLock({ $0.wantedVersions }) {
            guard !flights.withLock({ $0.isAway }) else { return false }
            let key = String(decoding: name.key, as: UTF8.self)
            await sharedVersion(name, key: key)?.task.value
            flights.withLock { flights in
                if !flights.isAway { flights.wantedVersions.remove(name) }
            }
        }
        return !flights.withLock { $0.isAway }
    }

    private func wait(for flight: Flight, _ patience: inout Patience) async {
        let isFirst = !patience.hasWaited
        patience.hasWaited = true
        // Whatever flies now has landed a limit from now: only a wait after another one can last too long.
        guard !isFirst, flight.end > patience.end else { return await flight.task.value }
        _ = await waiting(atMost: patience.end - fetcher.now(), fetcher.time) { await flight.task.value }
    }

    private func sharedList() -> Flight {
        let end = limit()
        return flights.withLock { flights in
            if let flight = flights.list { return flight }
            let flight = Flight(task: Task.detached { await self.fetchList() }, end: end)
            flights.list = flight
            return flight
        }
    }

    /// The fetch of a version; `nil` when there is no use in one.
    private func sharedVersion(_ name: VersionName, key: String) -> Flight? {
        let now = fetcher.time.monotonicNanoseconds()
        let end = limit()
        return flights.withLock { flights in
            if let flight = flights.versions[name] { return flight }
            if flights.missingVersions.count > 1024 { flights.missingVersions.removeAll() }
            if let missed = flights.missingVersions[name], now - missed < Self.missInterval { return nil }
            // One that has come since the caller looked.
            guard cell.value.catalog[key]?.records[name.version] == nil else { return nil }
            let flight = Flight(task: Task.detached { await self.fetch(name, key: key) }, end: end)
            flights.versions[name] = flight
            return flight
        }
    }

    private func fetch(_ name: VersionName, key: String) async {
        let isFound = await take(name, key: key)
        let now = fetcher.time.monotonicNanoseconds()
        flights.withLock { flights in
            flights.versions[name] = nil
            if !isFound { flights.missingVersions[name] = now }
        }
    }

    /// Fetches one version and takes it over; whether that worked.
    private func take(_ name: VersionName, key: String) async -> Bool {
        do {
            let json = try await fetcher.get(reading.path, key, "version", String(name.version))
            flights.withLock { $0.isAway = false }
            let record = try Record(record: json)
            guard record.key.utf8.elementsEqual(name.key), record.version == name.version else {
                throw ServiceTrouble(
                    unreadable: "it answered with another record", of: fetcher.place(reading.path))
            }
            cell.update { snapshot in
                snapshot = snapshot.changed { catalog, _ in
                    let isCurrent = catalog[record.key]?.currentVersion == record.version
                    catalog.add(record, isCurrent: isCurrent)
                }
            }
            return true
        } catch {
            let trouble = ServiceTrouble(any: error, of: fetcher.place(reading.path))
            let isAnswer = trouble.status == 404
            flights.withLock { $0.isAway = !isAnswer }
            if !isAnswer { tell(trouble) }
            fetcher.log.debug("\(reading.path): version \(name.version): \(trouble)")
            return false
        }
    }

    private func tell(_ trouble: ServiceTrouble) {
        fetcher.log.warning(cause: "\(reading.path) \(trouble.cause)") { count in
            "\(trouble); what is known is kept, and it is asked again (failures so far: \(count))"
        }
    }

    private func fetchList() async {
        var isAway = false
        do {
            let json = try await fetcher.get(reading.path)
            guard let records = json[reading.member]?.array else {
                throw ServiceTrouble(
                    unreadable: "the answer has no list '\(reading.member)'", of: fetcher.place(reading.path))
            }
            take(records)
            fetcher.log.debug("\(reading.path): \(records.count) records")
        } catch {
            isAway = true
            let trouble = ServiceTrouble(any: error, of: fetcher.place(reading.path))
            let reason = trouble.description
            cell.update { snapshot in
                snapshot = snapshot.changed { _, status in
                    status.failures += 1
                    status.lastFailure = reason
                }
            }
            if fetcher.isEnabled { tell(trouble) }
        }
        let now = fetcher.time.monotonicNanoseconds()
        flights.withLock { [isAway] flights in
            flights.list = nil
            flights.isAway = isAway
            flights.listFinishedAt = now
        }
    }

    /// Takes a list over: the last record of a key is its current one; what is not listed any more stays.
    private func take(_ records: [JSONValue]) {
        var listed = VersionCatalog<Record>()
        var good: [Record] = []
        var skipped: [String] = []
        for (index, json) in records.enumerated() {
            do {
                let record = try Record(record: json)
                good.append(record)
                listed.add(record)
            } catch {
                skipped.append("\(reading.member)[\(index)]: \(error)")
            }
        }
        cell.update { [good, skipped, listed] snapshot in
            snapshot = snapshot.changed { catalog, status in
                for record in good { catalog.add(record) }
                status.successes += 1
                status.lastFailure = nil
                status.skippedRecords = skipped
                status.removedKeys = catalog.keys.filter { listed[$0] == nil }
            }
        }
        for problem in skipped { fetcher.log.warning(cause: "skipped \(problem)") { _ in "skipped \(problem)" } }
        for key in listed.keys {
            guard let versions = listed[key], let current = versions.currentVersion else { continue }
            if let highest = versions.ascending.last, highest > current {
                fetcher.log.debug("\(reading.path): the current version of '\(key)' is \(current), not \(highest)")
            }
        }
    }
}

/// How long one look-up still waits, whatever it waits for: on the monotonic clock.
struct Patience: Sendable {
    fileprivate let end: Duration
    fileprivate var hasWaited = false

    fileprivate init(end: Duration) { self.end = end }
}

extension CatalogSource {
    /// Where a key was looked for, and what is there; `nil` before the first answer, with the reason.
    func whereabouts() -> (place: String?, reason: String) {
        let snapshot = snapshot
        guard snapshot.status.successes > 0 else {
            return (nil, snapshot.status.lastFailure ?? "\(fetcher.place(reading.path)) was not asked yet")
        }
        let keys = snapshot.catalog.keys.sorted().prefix(5).map { "'\($0)'" }
        let more = snapshot.catalog.keys.count > 5 ? " and \(snapshot.catalog.keys.count - 5) more" : ""
        let list = keys.isEmpty ? "none" : keys.joined(separator: ", ") + more
        return ("\(fetcher.service.text)/\(reading.path) lists \(list)", "")
    }
}

/// Fetches JSON from one service.
struct Fetcher: Sendable {
    var service: ServiceURL
    var apiKey: String?
    var transport: any HTTPTransport
    var timeout: Duration
    var time: TimeSource
    var log: DebugLog
    /// Whether asking makes sense at all: without a key the default service answers nothing.
    var isEnabled: Bool
    /// The setting that names the address.
    var variable: String
    /// Whether a loop asks again and again by itself.
    var hasLoop: Bool

    /// A request, for people.
    func place(_ path: String) -> String { "GET \(service.text)/\(path)" }

    /// The headers of every request.
    var headers: [(name: String, value: String)] {
        apiKey.map { [(name: "Authorization", value: "Bearer " + $0)] } ?? []
    }

    /// The monotonic clock, as a duration that no limit overflows.
    func now() -> Duration { .nanoseconds(time.monotonicNanoseconds()) }

    func get(_ path: String...) async throws -> JSONValue {
        guard isEnabled else {
            throw ServiceTrouble(
                noAddress: "there is no key: set FALLOM_API_KEY, or \(variable) to a service without one")
        }
        let url = path.reduce(service.text) { $0 + "/" + PercentEncoding.encoded($1) }
        let reply: HTTPReply
        do {
            reply = try await transport.send(
                HTTPCall("GET", url, headers: headers), within: timeout, bodyLimit: 64 << 20)
        } catch {
            throw ServiceTrouble(error, of: "GET " + url, limit: timeout)
        }
        guard reply.status == 200 else {
            throw ServiceTrouble(status: reply.status, of: "GET " + url, variable: variable)
        }
        do {
            return try JSONValue(parsing: reply.body, allowsLoneSurrogates: true)
        } catch {
            throw ServiceTrouble(unreadable: "the answer is no JSON", of: "GET " + url)
        }
    }
}
