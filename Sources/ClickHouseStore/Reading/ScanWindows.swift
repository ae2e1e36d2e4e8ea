internal import TraceModel

/// Pieces of an order, the nearest first and each much larger than the one before: what is frequent is found in the first,
/// what is rare costs little more than one look at all.
struct ScanWindows {
    private let column: String
    private let descending: Bool
    private let first: Int64
    private let last: Int64
    private var from: Int64
    private var width: Int64
    private var isOver = false

    /// Each piece is so many times as wide as the one before.
    private static let growth: Int64 = 16

    /// One piece that is all.
    static let whole = ScanWindows(column: "1", from: 1, to: 1, descending: false, width: 1)

    private init(column: String, from: Int64, to last: Int64, descending: Bool, width: Int64) {
        self.column = column
        self.descending = descending
        self.first = from
        self.last = last
        self.from = from
        self.width = width
        isOver = descending ? from < last : from > last
    }

    /// Those of the order of arrival. Numbers of several collectors overlap a little: beyond the newest there may be some.
    static func byArrival(from place: RowPlace?, newest: Int64, descending: Bool, page: Int) -> ScanWindows {
        let from = place?.position.sequence ?? (descending ? newest : 1)
        return ScanWindows(
            column: "sequence", from: from, to: descending ? 1 : max(newest, from), descending: descending,
            width: max(2000, Int64(clamping: page) &* 4))
    }

    /// Those of the order of start, of the hours that there are.
    static func byStart(from place: RowPlace?, hours: ClosedRange<Int64>, descending: Bool) -> ScanWindows {
        let hour = place.map { Int64(Hour.of(Timestamp(unixNanoseconds: $0.position.start))) }
        return ScanWindows(
            column: "hour", from: hour ?? (descending ? hours.upperBound : hours.lowerBound),
            to: descending ? hours.lowerBound : hours.upperBound, descending: descending, width: 1)
    }

    /// Where the piece ends that is looked into: where little is left behind it, it takes that too.
    private var end: Int64 {
        let rest = descending ? from &- last : last &- from
        if rest / Self.growth < width { return last }
        return descending ? from &- width &+ 1 : from &+ width &- 1
    }

    /// The piece to look into; `nil` when there is none left.
    var current: String? {
        guard !isOver else { return nil }
        guard column != "1" else { return "1" }
        // The last piece is open: what came meanwhile, or under a number that another collector gave, belongs to it.
        guard descending || end != last else { return "\(column) >= \(from)" }
        return "\(column) BETWEEN \(min(from, end)) AND \(max(from, end))"
    }

    mutating func goOn() {
        let end = end
        isOver = end == last
        from = descending ? end &- 1 : end &+ 1
        width = min(width &* Self.growth, 1 << 40)
    }

    /// Which share of the way is behind a place in the piece that is looked into, or behind that piece.
    func share(at place: RowPlace?) -> Double {
        let reached: Int64 =
            switch (column, place) {
            case ("sequence", let place?): place.position.sequence
            case ("hour", let place?): Int64(Hour.of(Timestamp(unixNanoseconds: place.position.start)))
            default: end
            }
        let (way, done) = (Double(last) - Double(first), Double(reached) - Double(first))
        return way == 0 ? 1 : min(1, max(0, done / way))
    }
}

extension RowScan {
    /// The pieces that it goes through from a place on.
    func windows(from place: RowPlace?, descending: Bool, page: Int) async throws(ClickHouseError) -> ScanWindows {
        guard !condition.isNarrow else { return .whole }
        guard order == .start else {
            let newest = min(standing.lastSequence, throughSequence ?? .max)
            return .byArrival(from: place, newest: newest, descending: descending, page: page)
        }
        let oldest = filter.earliest.map { Int64(Hour.of($0)) } ?? .min
        let ends = try await store.connection.rows("SELECT min(hour), max(hour) FROM \(store.table("spans"))").first
        let first = max(ends?.int(0) ?? 0, oldest)
        return .byStart(from: place, hours: first...max(first, ends?.int(1) ?? 0), descending: descending)
    }
}
