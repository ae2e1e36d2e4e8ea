import Assignment
import OrderedJSON
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
    /// Keys that the service no longer lists. They are still served (assignment contract §3).
    public var removedKeys: [String] = []
    /// Records that cannot be used, with the reason.
    public var skippedRecords: [String] = []
}

/// Fetches lists of records and keeps them. Reading never waits for a fetch; several who ask at once share one.
final class CatalogSource<Record: Sendable>: Sendable {
    /// How a list is fetched, and how its records are read.
    struct Reading: Sendable {
        var path: String
        var member: String
        var read: @Sendable (JSONValue) throws -> (record: Record, key: String, version: Int)
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
    }

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

    /// Fetches the list unless that was done a moment ago: for the loop, whose first round may come after somebody's
    /// first question.
    func syncUnlessRecent() async {
        var wholeLimit = patience()
        await syncUnlessRecent(&wholeLimit)
    }

    /// The same for a key that is not known.
    func syncUnlessRecent(_ patience: inout Patience) async {
        let now = fetcher.time.monotonicNanoseconds()
        let isRecent = flights.withLock { flights in
            flights.list == nil && flights.listFinishedAt.map { now - $0 < Self.missInterval } ?? false
        }
        guard !isRecent, fetcher.now() < patience.end else { return }
        await wait(for: sharedList(), &patience)
    }

    /// Fetches one version unless it was found missing a moment ago; several who ask at once share one fetch.
    func fetchVersion(key: String, version: Int, _ patience: inout Patience) async {
        guard fetcher.now() < patience.end, let flight = sharedVersion(key: key, version: version) else { return }
        await wait(for: flight, &patience)
    }

    private func wait(for flight: Flight, _ patience: inout Patience) async {
        let isFirst = !patience.hasWaited
        patience.hasWaited = true
        // Whatever flies now has landed a limit from now: only a wait after another one can last too long.
        guard !isFirst, flight.end > patience.end else { return await flight.task.value }
        // A task's value cannot be left waiting, a stream can.
        let (landing, continuation) = AsyncStream.makeStream(of: Void.self)
        Task.detached {
            await flight.task.value
            continuation.finish()
        }
        _ = try? await withTimeout(patience.end - fetcher.now(), fetcher.time) { () async throws -> Void in
            for await _ in landing {}
        }
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
    private func sharedVersion(key: String, version: Int) -> Flight? {
        let name = VersionName(key: Array(key.utf8), version: version)
        let now = fetcher.time.monotonicNanoseconds()
        let end = limit()
        return flights.withLock { flights in
            if let flight = flights.versions[name] { return flight }
            if flights.missingVersions.count > 1024 { flights.missingVersions.removeAll() }
            if let missed = flights.missingVersions[name], now - missed < Self.missInterval { return nil }
            // One that has come since the caller looked.
            guard cell.value.catalog[key]?.records[version] == nil else { return nil }
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
            let (record, key, found) = try reading.read(json)
            guard key.utf8.elementsEqual(name.key), found == name.version else {
                throw FetchError("the service answered with another record")
            }
            cell.update { snapshot in
                snapshot = snapshot.changed { catalog, _ in
                    let isCurrent = catalog[key]?.currentVersion == found
                    catalog.add(record, key: key, version: found, isCurrent: isCurrent)
                }
            }
            return true
        } catch {
            fetcher.log.debug("\(reading.path): version \(name.version): \(error)")
            return false
        }
    }

    private func fetchList() async {
        do {
            let json = try await fetcher.get(reading.path)
            guard let records = json[reading.member]?.array else {
                throw FetchError("the answer has no list '\(reading.member)'")
            }
            take(records)
        } catch {
            let reason = String(describing: error)
            cell.update { snapshot in
                snapshot = snapshot.changed { _, status in
                    status.failures += 1
                    status.lastFailure = reason
                }
            }
            fetcher.log.debug("\(reading.path): \(reason)")
        }
        let now = fetcher.time.monotonicNanoseconds()
        flights.withLock { flights in
            flights.list = nil
            flights.listFinishedAt = now
        }
    }

    /// Takes a list over: the last record of a key is its current one; what is not listed any more stays.
    private func take(_ records: [JSONValue]) {
        var listed = VersionCatalog<Record>()
        var good: [(record: Record, key: String, version: Int)] = []
        var skipped: [String] = []
        for (index, json) in records.enumerated() {
            do {
                let item = try reading.read(json)
                good.append(item)
                listed.add(item.record, key: item.key, version: item.version)
            } catch {
                skipped.append("\(reading.member)[\(index)]: \(error)")
            }
        }
        cell.update { [good, skipped, listed] snapshot in
            snapshot = snapshot.changed { catalog, status in
                for item in good { catalog.add(item.record, key: item.key, version: item.version) }
                status.successes += 1
                status.lastFailure = nil
                status.skippedRecords = skipped
                status.removedKeys = catalog.keys.filter { listed[$0] == nil }
            }
        }
        for problem in skipped { fetcher.log.warning("[Fallom WARNING] skipped \(problem)") }
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

/// Why a list could not be taken over.
struct FetchError: Error, Hashable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
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

    /// The headers of every request.
    var headers: [(name: String, value: String)] {
        apiKey.map { [(name: "Authorization", value: "Bearer " + $0)] } ?? []
    }

    /// The monotonic clock, as a duration that no limit overflows.
    func now() -> Duration { .nanoseconds(time.monotonicNanoseconds()) }

    func get(_ path: String...) async throws -> JSONValue {
        guard isEnabled else { throw FetchError("there is no key and no address: nothing is fetched") }
        let url = path.reduce(service.text) { $0 + "/" + ServiceURL.percentEncoded($1) }
        let reply = try await transport.send(
            HTTPCall("GET", url, headers: headers), within: timeout, bodyLimit: 64 << 20)
        guard reply.status == 200 else { throw FetchError("the service answered \(reply.status)") }
        return try JSONValue(parsing: reply.body, allowsLoneSurrogates: true)
    }
}
