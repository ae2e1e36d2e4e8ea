import Assignment
import Cells
import Display
import Experiments

/// A figure of a variant's results: its value and its interval as text, and as numbers where there are any.
struct VariantFigure: Sendable {
    let label: String
    let text: @Sendable (ConfigResults.Row) -> (value: String, interval: String)
    /// `nil` for what has no interval.
    var estimate: (@Sendable (ConfigResults.Row) -> Estimate?)?
    /// A value as the ends of a scale show it.
    var end: @Sendable (Double) -> String = { _ in "" }

    static let all: [VariantFigure] = [
        VariantFigure(label: "sessions") { row in
            (Figure.count(row.sessions), "weights give " + Figure.percent(row.weightedShare, places: 1))
        },
        VariantFigure(label: "calls") { (Figure.count($0.calls), "\(Figure.count($0.errors)) failed") },
        VariantFigure(
            label: "error rate",
            text: { (ResultText.percent($0.errorShare), ResultText.interval($0.errorShare, ResultText.barePercent)) },
            estimate: \.errorShare, end: { Figure.percent(max(0, $0), places: 1) }),
        time("latency p50", \.latencyP50), time("latency p95", \.latencyP95),
        time("first token p50", \.firstTokenP50),
        VariantFigure(
            label: "tokens a session",
            text: {
                (
                    $0.tokensPerSession.map { ResultText.count($0.value) } ?? "",
                    ResultText.interval($0.tokensPerSession, ResultText.count)
                )
            }, estimate: \.tokensPerSession, end: ResultText.count),
        VariantFigure(label: "tokens a call") { ($0.tokensPerCall.map(ResultText.count) ?? "", "") },
        VariantFigure(
            label: "cost a session",
            text: {
                (
                    ResultText.money($0.costPerSession, $0),
                    ResultText.interval($0.costPerSession, ResultText.bareDollars)
                )
            }, estimate: \.costPerSession, end: { Figure.dollars(max(0, $0)) }),
        VariantFigure(label: "cost a call") { ($0.costPerCall.map(Figure.dollars) ?? "", "") },
    ]

    /// The mean of the scores of a name, and of how many sessions it is.
    static func score(_ name: String) -> VariantFigure {
        VariantFigure(label: Shortened.end(name, width: ResultsScreen.labels - 1)) { row in
            guard let score = row.scores.first(where: { $0.name == name }), let mean = score.mean else {
                return ("", "")
            }
            let text = { ResultFigure.score($0, score.isShare) }
            return (text(mean.value), ResultText.interval(mean, text) + " of \(Figure.count(score.sessions))")
        }
    }

    private static func time(
        _ label: String, _ estimate: @escaping @Sendable (ConfigResults.Row) -> Estimate?
    ) -> VariantFigure {
        VariantFigure(
            label: label,
            text: { (ResultText.time(estimate($0)), ResultText.interval(estimate($0), Figure.duration)) },
            estimate: estimate, end: { Figure.duration(max(0, $0)) })
    }
}
