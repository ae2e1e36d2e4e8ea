import Display
import OrderedJSON
import TraceModel

/// What failed, as a table and as JSON (docs/command-line.md §7).
struct ErrorDocument {
    let report: ErrorReport
    /// All spans by kind, failed or not: what shares are of.
    let kinds: UsageReport
    let clock: WallClock
    let now: Timestamp

    /// How many spans there are of a kind. Some may have come since they were counted.
    private func spans(of group: ErrorGroup) -> Int {
        let row = kinds.rows.first { $0.values.first == group.kind.rawValue }
        return max(row?.figures.spans ?? 0, group.count)
    }

    // MARK: JSON

    /// An object for each of so many groups, and at last one for what belongs to none, where there is such.
    func json(_ most: Int) -> [JSONValue] {
        report.groups.prefix(most).map { .object(members($0, count: $0.count)) }
            + (report.beyond > 0 ? [.object(members(nil, count: report.beyond))] : [])
    }

    private func members(_ group: ErrorGroup?, count: Int) -> [JSONMember] {
        let spans = group.map(spans)
        let share = spans.flatMap { JSONNumber(Double(count) / Double($0)) }
        return [
            JSONMember("kind", .text(group?.kind.rawValue)), JSONMember("message", .text(group?.message)),
            JSONMember("count", .number(count)), JSONMember("spans_of_kind", .count(spans)),
            JSONMember("share_of_kind", share.map { .number($0) } ?? .null),
            JSONMember("first_at", .text(group?.firstAt.iso8601)), JSONMember("last_at", .text(group?.lastAt.iso8601)),
            JSONMember("models", .array((group?.models ?? []).map { .string($0) })),
            JSONMember("providers", .array((group?.providers ?? []).map { .string($0) })),
            JSONMember("sessions", .count(group?.sessions)),
            JSONMember("sessions_exact", group.map { .bool($0.sessionsAreExact) } ?? .null),
            JSONMember("example", .text(group.map { Score.Target.span($0.example).text })),
        ]
    }

    // MARK: Table

    func table(_ most: Int) -> Table {
        var table = Table([
            .init("COUNT", right: true), .init("SHARE", right: true, rank: 2), .init("KIND", rank: 3),
            .init("ERROR", minimum: 30), .init("SESSIONS", right: true, rank: 4), .init("FIRST", rank: 6),
            .init("LAST", rank: 1),
            .init("MODELS", minimum: 8, rank: 5), .init("PROVIDERS", minimum: 6, rank: 7), .init("EXAMPLE", rank: 8),
        ])
        for group in report.groups.prefix(most) { table.append(cells(group)) }
        if report.beyond > 0 {
            table.append([TableCell(Figure.count(report.beyond), .strong), "", "", TableCell("other errors", .dim)])
        }
        return table
    }

    private func cells(_ group: ErrorGroup) -> [TableCell] {
        [
            TableCell(Figure.count(group.count), .strong),
            TableCell(Figure.percent(group.count, of: spans(of: group))),
            TableCell(group.kind.rawValue),
            group.message.map { TableCell($0, .error) } ?? TableCell("(no message)", .dim),
            TableCell((group.sessionsAreExact ? "" : "≥") + Figure.count(group.sessions)),
            TableCell(clock.short(group.firstAt, now: now), .dim),
            TableCell(clock.short(group.lastAt, now: now), .dim),
            TableCell(group.models.joined(separator: ", ")),
            TableCell(group.providers.joined(separator: ", ")),
            TableCell(Score.Target.span(group.example).text, .dim),
        ]
    }
}
