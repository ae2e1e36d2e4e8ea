internal import Synchronization
internal import TraceModel

/// Values of columns with letters beyond ASCII, of which the server cannot say whether they fit a pattern. They only become
/// more: what was found is kept, and afterwards only new rows are asked for theirs.
struct ForeignValues {
    private struct Known {
        /// `nil` where there are very many.
        var values: [String]?
        /// From which hour on they were looked for.
        var since: Int32
        /// At which revision.
        var revision: Int64
        /// When, microseconds since 1970.
        var time: Int64
    }

    private var columns: [FilterColumn: Known] = [:]

    /// A question for what is not known yet: of which columns, from which hour and from which stamp on.
    struct Question {
        var columns: [FilterColumn]
        var since: Int32
        var stamp: Int64
    }

    /// How far apart the clocks of collectors may be, microseconds.
    private static let skew: Int64 = 600_000_000
    /// More values of a column than this are not named in a question.
    static let most = 2000

    /// What must be asked; `nil` when all is known.
    func question(_ wanted: Set<FilterColumn>, since: Int32, at revision: Int64) -> Question? {
        let old = wanted.filter { columns[$0].map { $0.since > since || $0.revision != revision } ?? true }
        guard !old.isEmpty else { return nil }
        // One question for all of them: from where the least is known.
        let known = old.compactMap { column in columns[column].flatMap { $0.since <= since ? $0 : nil } }
        let stamp = known.count == old.count ? known.map(\.time).min() : nil
        return Question(
            columns: old.sorted { $0.name < $1.name }, since: since, stamp: stamp.map { $0 - Self.skew } ?? .min)
    }

    /// Takes what a question asked at some time brought, by the number of the column in it.
    mutating func take(_ found: [Int: [String]], for question: Question, at revision: Int64, time: Int64) {
        for (number, column) in question.columns.enumerated() {
            let isMore = question.stamp != .min
            var known = isMore ? columns[column] : nil
            var values = known.map(\.values) ?? []
            values = values.map { old in Array(Set((old + (found[number] ?? [])).map(ExactText.init))).map(\.text) }
            if values?.count ?? 0 > Self.most { values = nil }
            if known == nil { known = Known(since: question.since, revision: revision, time: time) }
            known?.values = values
            known?.revision = revision
            known?.time = time
            columns[column] = known
        }
    }

    /// The values of columns that are known.
    func values(of wanted: Set<FilterColumn>) -> [FilterColumn: [String]?] {
        Dictionary(uniqueKeysWithValues: wanted.map { ($0, columns[$0]?.values) })
    }
}

extension ClickHouseStore {
    /// The values of columns with letters beyond ASCII, as of a revision; `nil` where there are very many.
    func foreignValues(
        _ wanted: Set<FilterColumn>, since: Timestamp?, at revision: Int64
    ) async throws(ClickHouseError) -> [FilterColumn: [String]?] {
        let question = foreign.withLock { $0.question(wanted, since: since.map(Hour.of) ?? .min, at: revision) }
        guard let question else { return foreign.withLock { $0.values(of: wanted) } }
        let now = configuration.now().unixNanoseconds / 1000
        var found: [Int: [String]] = [:]
        for row in try await connection.rows(sql(question)).all {
            found[Int(clamping: row.int(0)), default: []].append(row.text(1))
        }
        let brought = found
        return foreign.withLock { known in
            known.take(brought, for: question, at: revision, time: now)
            return known.values(of: wanted)
        }
    }

    private func sql(_ question: ForeignValues.Question) -> String {
        let bounds =
            (question.since == .min ? "" : "hour >= \(question.since) AND ")
            + (question.stamp == .min ? "" : "stamp >= \(question.stamp) AND ")
        let values = question.columns.enumerated().map { number, column in
            column.isList
                ? "arrayMap(x -> (toUInt8(\(number)), x), \(column.name))"
                : "[(toUInt8(\(number)), CAST(ifNull(\(column.name), ''), 'String'))]"
        }
        return """
            SELECT DISTINCT pair.1 AS number, pair.2 FROM (
                SELECT arrayJoin(arrayFilter(x -> length(x.2) != lengthUTF8(x.2), arrayConcat(\(values.joined(separator: ", "))))) AS pair
                FROM \(table("spans")) WHERE \(bounds)is_foreign)
            LIMIT \(ForeignValues.most + 1) BY number
            """
    }
}
