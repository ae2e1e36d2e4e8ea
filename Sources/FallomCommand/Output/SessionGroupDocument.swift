import Display
import OrderedJSON
import TraceModel

/// Groups of sessions as a table and as JSON.
struct SessionGroupDocument {
    let grouping: SessionGrouping
    let clock: WallClock

    func json(_ group: SessionGroup) -> JSONValue {
        .object([
            JSONMember(grouping.rawValue, .text(name(group))), JSONMember("sessions", .number(group.sessions)),
            JSONMember("llm_calls", .number(group.llmCalls)), JSONMember("errors", .number(group.errors)),
            JSONMember("total_tokens", .number(group.totalTokens)), JSONMember("cost_usd", .dollars(group.cost)),
            JSONMember("last_at", .string(ISO8601.string(group.lastAt))),
        ])
    }

    func table(_ groups: [SessionGroup]) -> Table {
        var table = Table([
            Table.Column(grouping.rawValue.uppercased(), minimum: 8), Table.Column("SESSIONS", right: true),
            Table.Column("CALLS", right: true, rank: 2), Table.Column("ERRORS", right: true, rank: 1),
            Table.Column("TOKENS", right: true, rank: 3), Table.Column("COST", right: true),
            Table.Column("LAST", rank: 4),
        ])
        for group in groups {
            table.append([
                name(group).map { TableCell($0, .strong) } ?? TableCell("–", .dim),
                TableCell(Figure.count(group.sessions)), TableCell(Figure.count(group.llmCalls)),
                TableCell(Figure.count(group.errors), group.errors > 0 ? .error : .plain),
                TableCell(Figure.count(group.totalTokens)), TableCell(Figure.cost(group.cost)),
                TableCell(clock.full(group.lastAt), .dim),
            ])
        }
        return table
    }

    private func name(_ group: SessionGroup) -> String? {
        switch group.part {
        case .lastAt(let range): clock.day(range.lowerBound)
        case .customer(let value), .config(let value), .model(let value): value
        }
    }
}
