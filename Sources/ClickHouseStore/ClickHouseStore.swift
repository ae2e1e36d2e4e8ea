internal import Synchronization
public import TraceModel

/// Spans in a ClickHouse, for teams: any number of collectors write into one database, any number of consoles read it.
///
/// What `append` has returned for is acknowledged by the server. A trace is resolved by whoever brings spans of it, from
/// the rows that are there; what two collectors bring at the same moment is resolved again a little later
/// (``settle()``). See docs/clickhouse.md.
public final class ClickHouseStore: SpanStore {
    /// Where it is.
    public let address: ClickHouseAddress
    /// Whether this store can be written through this value.
    public let isReadOnly: Bool
    let configuration: ClickHouseConfiguration
    let connection: ClickHouseConnection
    let writer: CollectorWriter
    let signal = RevisionSignal()
    let poll = Mutex(RevisionPoll())
    let follows = Mutex(FollowMemory())
    let counts = Mutex(CountMemory())
    let foreign = Mutex(ForeignValues())
    /// How far the collectors were when the store was opened: the first question need not ask again.
    private let first: Mutex<(standing: Standing, time: Int64)?>

    /// The address, for people.
    public var path: String { address.description }

    private init(_ connection: ClickHouseConnection, isReadOnly: Bool, _ standing: Standing? = nil) {
        self.connection = connection
        let now = connection.configuration.now().unixNanoseconds
        first = Mutex(standing.map { (standing: $0, time: now) })
        self.isReadOnly = isReadOnly
        address = connection.address
        configuration = connection.configuration
        writer = CollectorWriter(connection)
    }

    deinit {
        signal.finish()
        poll.withLock { $0.task?.cancel() }
    }

    /// Opens the store for reading, and for writing where that is wanted and allowed.
    ///
    /// - Throws: ``ClickHouseError`` where nobody answers, the server is too old, or our tables are not there.
    public static func open(
        at address: ClickHouseAddress, configuration: ClickHouseConfiguration, writes: Bool
    ) async throws(ClickHouseError) -> ClickHouseStore {
        let connection = ClickHouseConnection(address, configuration)
        let standing = try await connection.standingIfReady()
        if standing == nil {
            // What is wrong is looked into step by step, to be said.
            try await ServerVersion.check(connection)
            try await connection.checkTables()
        }
        let mayWrite = writes ? try await connection.mayWrite() : false
        return ClickHouseStore(connection, isReadOnly: !mayWrite, standing)
    }

    /// How far the collectors are; where the store was opened just now, as was told then.
    func standing() async throws(ClickHouseError) -> Standing {
        let now = configuration.now().unixNanoseconds
        let known = first.withLock { first in
            defer { first = nil }
            return first
        }
        if let known, !writer.hasCommitted, now - known.time < 500_000_000 { return known.standing }
        return try await connection.standing()
    }

    /// A collector's way in, whether or not the server answers now: what comes in is taken by whoever stands in front of
    /// it until it does.
    public static func collector(
        at address: ClickHouseAddress, configuration: ClickHouseConfiguration
    ) -> ClickHouseStore {
        ClickHouseStore(ClickHouseConnection(address, configuration), isReadOnly: false)
    }

    /// Makes our tables, or brings them up to date; gives the names of the steps that were taken.
    public static func create(
        at address: ClickHouseAddress, _ layout: StoreSchema.Layout, configuration: ClickHouseConfiguration
    ) async throws(ClickHouseError) -> [String] {
        let connection = ClickHouseConnection(address, configuration)
        try await ServerVersion.check(connection)
        let schema = StoreSchema(address, layout)
        for statement in schema.beginning { try await connection.runPatiently(statement) }
        let known = try await connection.version()
        var taken: [String] = []
        for step in schema.steps where step.version > known {
            for statement in step.statements { try await connection.runPatiently(statement) }
            try await connection.runPatiently(schema.done(step))
            taken.append(step.name)
        }
        return taken
    }

    /// Tells how the longest question fares that the server has been working on for more than half a second; nothing when it
    /// is answered. For one listener.
    public func tellWork(_ tell: @escaping @Sendable (ServerWork?) -> Void) {
        connection.long.listen(tell)
    }

    /// Ends streams of revisions.
    public func close() async throws {
        poll.withLock { poll in
            poll.task?.cancel()
            poll.task = nil
        }
        signal.finish()
    }

    /// A table of ours, with its database.
    func table(_ name: String) -> String { connection.table(name) }
}

extension ClickHouseConnection {
    /// A table of ours, with its database.
    func table(_ name: String) -> String { "`\(address.database)`.fallom_\(name)" }

    /// Does what may be done twice, a few times over while the server is busy.
    fileprivate func runPatiently(_ sql: String) async throws(ClickHouseError) {
        for pause in [200, 1000, 3000] {
            do throws(ClickHouseError) {
                try await run(sql)
                return
            } catch {
                guard error.isPassing, (try? await Task.sleep(for: .milliseconds(pause))) != nil else { throw error }
            }
        }
        try await run(sql)
    }

    /// The version of our tables, 0 where there are none yet.
    func version() async throws(ClickHouseError) -> Int {
        let rows = try await rows("SELECT max(version) FROM \(table("migrations"))")
        return rows.first.map { Int($0.int(0)) } ?? 0
    }

    /// How far the collectors are, where the server and our tables are as they must be: in one question.
    fileprivate func standingIfReady() async throws(ClickHouseError) -> Standing? {
        do throws(ClickHouseError) {
            let sql = """
                SELECT version(), (SELECT max(version) FROM \(table("migrations"))), sum(commits), max(last_sequence)
                FROM \(table("commits")) FINAL
                """
            guard let row = try await rows(sql, seconds: 5).first, ServerVersion.isNewEnough(row.text(0)),
                row.int(1) == StoreSchema.version
            else { return nil }
            return Standing(revision: row.int(2), lastSequence: row.int(3), others: 0)
        } catch {
            // Whoever does not answer now does not answer the next question either.
            guard ![.away, .tls, .late, .refused].contains(error.code) else { throw error }
            return nil
        }
    }

    fileprivate func checkTables() async throws(ClickHouseError) {
        let found = try await version()
        if found < StoreSchema.version {
            throw failure(
                .noTables, "the tables in '\(address.database)' are not whole, or of the older version \(found)",
                "make or mend them with 'fallom store create \(address)'")
        }
        if found > StoreSchema.version {
            throw failure(
                .version, "the tables have version \(found); this program knows those up to \(StoreSchema.version)",
                "update this program; nothing was changed")
        }
    }

    /// Whether the user may insert: an insert of nothing is tried.
    fileprivate func mayWrite() async throws(ClickHouseError) -> Bool {
        do {
            try await run("INSERT INTO \(table("kept")) SELECT * FROM \(table("kept")) WHERE 0")
            return true
        } catch  where error.code == .notAllowed {
            return false
        }
    }
}

/// What a server must be able to do.
enum ServerVersion {
    /// The oldest that is worked with.
    static let oldest = (24, 8)

    /// Refuses a server that is too old, with what it lacks.
    static func check(_ connection: ClickHouseConnection) async throws(ClickHouseError) {
        let answer = try await connection.run("SELECT version()", seconds: 10)
        let text = String(decoding: answer.prefix(40), as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
        guard let (major, minor) = numbers(text) else {
            throw connection.failure(
                .version, "what answers there is no ClickHouse", "see whether the port is that of its HTTP interface")
        }
        guard (major, minor) < oldest else { return }
        let missing = lacking.filter { (major, minor) < $0.since }.map(\.what)
        throw connection.failure(
            .version,
            "the server has version \(text), which lacks what the store is made of: \(missing.joined(separator: ", "))",
            "update it to \(oldest.0).\(oldest.1) or newer")
    }

    /// Whether it is one that is worked with.
    static func isNewEnough(_ text: String) -> Bool { numbers(text).map { $0 >= oldest } ?? false }

    private static func numbers(_ text: some StringProtocol) -> (Int, Int)? {
        let parts = text.split(separator: ".").map { Int($0) }
        guard parts.count >= 2, let major = parts[0], let minor = parts[1] else { return nil }
        return (major, minor)
    }

    private static let lacking: [(since: (Int, Int), what: String)] = [
        ((19, 11), "codecs of columns"), ((19, 6), "TTL"), ((20, 1), "indexes that skip"),
        ((21, 1), "numbers of 128 bits"),
        ((22, 9), "tokens that keep a repeated insert from storing twice"), ((23, 2), "rows that take others away"),
        ((24, 8), "FINAL that is quick enough"),
    ]
}
