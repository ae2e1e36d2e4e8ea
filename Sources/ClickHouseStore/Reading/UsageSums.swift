/// The figures of `UsageFigures` as the server sums them up. Each is computed from aggregates that can be kept as states: so
/// the groups are made in one pass over the rows, and all together from the groups' states.
struct UsageSums {
    private struct Aggregate {
        var function: String
        var parameters = ""
        var arguments: String

        var whole: String { "\(function)\(parameters)(\(arguments))" }
        var state: String { "\(function)State\(parameters)(\(arguments))" }
        func merged(_ name: String) -> String { "\(function)Merge\(parameters)(\(name))" }
    }

    private struct Column {
        var aggregates: [Aggregate]
        var figure: ([String]) -> String = { $0[0] }

        static func one(_ function: String, _ arguments: String = "") -> Column {
            Column(aggregates: [Aggregate(function: function, arguments: arguments)])
        }

        static func sum(_ value: String, where condition: String) -> Column {
            Column(
                aggregates: [Aggregate(function: "sumIf", arguments: "toInt128(ifNull(\(value), 0)), \(condition)")],
                figure: { FigureSQL.clamped($0[0]) })
        }

        static func percentiles(_ value: String) -> Column {
            let condition = "\(value) IS NOT NULL AND \(FigureSQL.isCall)"
            return Column(
                aggregates: [
                    Aggregate(function: "countIf", arguments: condition),
                    Aggregate(
                        function: "quantilesExactIf", parameters: FigureSQL.levels,
                        arguments: "ifNull(\(value), 0), \(condition)"),
                ], figure: { "if(\($0[0]) = 0, [], \($0[1]))" })
        }
    }

    private static var columns: [Column] {
        let reported = "(\(FigureSQL.countsCost) AND cost IS NOT NULL AND NOT cost_estimated)"
        let estimated = "(\(FigureSQL.countsCost) AND cost IS NOT NULL AND cost_estimated)"
        return [
            .one("count"), .one("uniqExact", "session_no"), .one("countIf", FigureSQL.isCall),
            .one("countIf", "status = 'error'"), .sum("prompt_tokens", where: FigureSQL.countsTokens),
            .sum("completion_tokens", where: FigureSQL.countsTokens),
            .sum(FigureSQL.allTokens, where: FigureSQL.countsTokens),
            .sum("cached_tokens", where: FigureSQL.countsTokens), .one("countIf", reported),
            .sum("cost", where: reported), .one("countIf", estimated), .sum("cost", where: estimated),
            .one("countIf", "\(FigureSQL.isCall) AND \(FigureSQL.countsCost) AND cost IS NULL"),
            .percentiles("duration"), .percentiles("ttft"),
            .one("countIf", "\(FigureSQL.isCall) AND status = 'error'"),
        ]
    }

    /// How many there are.
    static let count = 16

    /// The figures of all rows.
    static var whole: String { columns.map { $0.figure($0.aggregates.map(\.whole)) }.joined(separator: ", ") }

    /// States of all that the figures are made of.
    static var states: String {
        columns.flatMap(\.aggregates).enumerated().map { "\($1.state) AS s\($0)" }.joined(separator: ", ")
    }

    /// The figures made of ``states``.
    static var merged: String {
        var number = 0
        return columns.map { column in
            column.figure(
                column.aggregates.map { aggregate in
                    number += 1
                    return aggregate.merged("s\(number - 1)")
                })
        }.joined(separator: ", ")
    }
}
