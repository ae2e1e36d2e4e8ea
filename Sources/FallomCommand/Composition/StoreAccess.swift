import ClickHouseStore
import Pricing
import SystemCalls
import TraceModel
import TraceStore

/// Opens the store as a command needs it.
enum StoreAccess {
    /// What to do when there is nothing to show.
    static let emptyHint = "the store is empty; run your app with the lines of 'fallom env', or try 'fallom demo'"

    /// The store, to read from, wherever it is.
    ///
    /// - Parameters:
    ///   - filter: What it will be asked for; of a Collector's table only that is brought.
    ///   - isWhole: Whether it is asked for all there is, not for the newest.
    ///   - isQuiet: Whether a terminal is told nothing while a server is asked.
    /// - Throws: ``CommandFailure`` when there is none, or the store's own error with what to do.
    static func reading(
        _ settings: Settings, for filter: SpanFilter = .all, isWhole: Bool = false, isQuiet: Bool = false
    ) async throws -> any SpanStore {
        guard let address = try settings.clickHouse else { return try reader(settings) }
        if address.table != nil {
            return try await CollectorMirror.open(
                address, settings, for: filter, most: isWhole ? .max : CollectorMirror.most)
        }
        let configuration = try clickHouse(settings)
        guard !isQuiet else {
            return try await ClickHouseStore.open(at: address, configuration: configuration, writes: false)
        }
        let store = try await opened(address, configuration, writes: false)
        // A person who waits at a terminal sees for what.
        let progress = Progress()
        store.tellWork { work in
            if let work { progress.say(work.words) } else { progress.end() }
        }
        return store
    }

    /// The store, to write to, wherever it is; a file is made where there is none.
    static func writing(_ settings: Settings) async throws -> any SpanStore {
        guard let address = try settings.clickHouse else { return try writer(settings) }
        if address.table != nil { return try await CollectorMirror.open(address, settings) }
        return try await opened(address, try clickHouse(settings), writes: true)
    }

    /// The store, to change something of what is in it: none is made where there is none.
    static func changing(_ settings: Settings) async throws -> any SpanStore {
        _ = try await reading(settings)
        return try await writing(settings)
    }

    /// The store of somebody who takes spans in: in front of a ClickHouse stands a spool, which takes them while it is
    /// away.
    ///
    /// - Parameter tell: takes a sentence when the server goes away or comes back.
    static func collecting(
        _ settings: Settings, tell: @escaping @Sendable (String) -> Void
    ) async throws -> any SpanStore {
        guard let address = try settings.clickHouse else { return try writer(settings) }
        if address.table != nil { return try await CollectorMirror.open(address, settings) }
        var configuration = try clickHouse(settings)
        // The spool has the patience.
        configuration.patienceSeconds = 0
        let store: ClickHouseStore
        do throws(ClickHouseError) {
            store = try await opened(address, configuration, writes: true)
        } catch {
            // What has never come about is mended by whoever starts it, not waited for.
            guard error.isPassing, error.code != .tls else { throw error }
            tell("\(error.message): what comes in is kept on the disk until it is there")
            store = ClickHouseStore.collector(at: address, configuration: configuration)
        }
        guard !store.isReadOnly else { return store }
        return try SpooledStore(
            store, folder: StandardPaths(.current()).companion(of: address.description) + ".spool",
            megabytes: settings.spoolMegabytes, tell: tell)
    }

    /// Opens a ClickHouse; a terminal is told who is waited for when the server takes its time.
    private static func opened(
        _ address: ClickHouseAddress, _ configuration: ClickHouseConfiguration, writes: Bool
    ) async throws(ClickHouseError) -> ClickHouseStore {
        let progress = Progress()
        let waiting = Task {
            try await Task.sleep(for: .seconds(1))
            progress.say("waiting for an answer of \(address) (Ctrl-C ends)")
        }
        defer {
            waiting.cancel()
            progress.end()
        }
        return try await ClickHouseStore.open(at: address, configuration: configuration, writes: writes)
    }

    /// The ClickHouse behind a store; `nil` for a file.
    static func server(_ store: any SpanStore) -> ClickHouseStore? {
        switch store {
        case let server as ClickHouseStore: server
        case let spooled as SpooledStore: spooled.store
        default: nil
        }
    }

    /// The store in a file, to read from.
    static func reader(_ settings: Settings) throws -> TraceStore {
        try refuseServers(settings)
        guard Files.exists(settings.store) else {
            throw CommandFailure(
                "there is no store at \(settings.store) yet",
                hint: settings.store == StandardPaths(.current()).store
                    ? "Start 'fallom' or 'fallom serve', or import a file: 'fallom import PATH'."
                    : "Is the path right? 'fallom import PATH --store \(settings.store)' begins one there.")
        }
        return try TraceStore.openReadOnly(at: settings.store, configuration: try configuration(settings))
    }

    /// The store in a file, made where there is none, to write to.
    static func writer(_ settings: Settings) throws -> TraceStore {
        try refuseServers(settings)
        return try TraceStore.open(at: settings.store, configuration: try configuration(settings))
    }

    private static func refuseServers(_ settings: Settings) throws {
        guard let address = try settings.clickHouse else { return }
        throw CommandFailure(
            "\(address) is a ClickHouse, and this works on a store in a file",
            hint: "Name a file with --store, or copy what you need into one: 'fallom copy'.")
    }

    /// How every command opens a file.
    static func configuration(_ settings: Settings) throws -> TraceStoreConfiguration {
        let pricer = try PriceSources(settings).pricer()
        return TraceStoreConfiguration(
            lookup: SpanLookup.of, runs: SpanLookup.addRuns, estimate: { pricer.estimate(for: $0) }, now: { .now() })
    }

    /// How every command works with a ClickHouse.
    static func clickHouse(_ settings: Settings) throws -> ClickHouseConfiguration {
        let pricer = try PriceSources(settings).pricer()
        return ClickHouseConfiguration(
            password: settings.clickHousePassword, host: Processes.machineName, lookup: SpanLookup.of,
            runs: SpanLookup.addRuns,
            estimate: { pricer.estimate(for: $0) }, words: ConnectionTrouble.words, now: { .now() },
            randomBits: { .random(in: 0...(.max)) })
    }
}

extension Settings {
    /// The ClickHouse that the store is in; `nil` for a file.
    ///
    /// - Throws: ``CommandFailure`` where the address makes no sense.
    var clickHouse: ClickHouseAddress? {
        get throws {
            guard ClickHouseAddress.isMeant(by: store) else { return nil }
            do throws(ClickHouseAddress.Mistake) {
                return try ClickHouseAddress(store)
            } catch {
                throw CommandFailure(error.message, hint: error.advice, status: 64)
            }
        }
    }
}
