import Display
import TraceModel

/// The figures of two answers to the same call beside each other.
public struct OutcomeComparison: Sendable {
    /// One figure.
    public struct Row: Hashable, Sendable {
        /// Its name.
        public let label: String
        /// Of the first.
        public let before: String
        /// Of the second.
        public let after: String
        /// How the second differs.
        public let change: String
        /// Whether more is worse.
        public let isWorseWhenMore: Bool
    }

    /// The figures.
    public let rows: [Row]

    /// Of two outcomes.
    public init(_ before: CallOutcome, _ after: CallOutcome) {
        func row(_ label: String, _ path: KeyPath<CallOutcome, String>) -> Row {
            Row(
                label: label, before: before[keyPath: path], after: after[keyPath: path], change: "",
                isWorseWhenMore: true)
        }
        func number(_ label: String, _ value: (CallOutcome) -> Double?, _ text: (CallOutcome) -> String) -> Row {
            Row(
                label: label, before: text(before), after: text(after),
                change: Figure.change(value(before), value(after)), isWorseWhenMore: true)
        }
        rows = [
            row("model", \.modelText),
            number("latency", { $0.latency.map(Double.init) }, { Figure.duration($0.latency) }),
            number("ttft", { $0.firstToken.map(Double.init) }, { Figure.duration($0.firstToken) }),
            number(
                "tokens in", { $0.usage.prompt.map(Double.init) }, { $0.usage.prompt.map { Figure.count($0) } ?? "" }),
            number(
                "tokens out", { $0.usage.completion.map(Double.init) },
                { $0.usage.completion.map { Figure.count($0) } ?? "" }),
            number("cost", { $0.cost.map { Double($0.nanoDollars) } }, { Figure.cost($0.cost) }),
            row("finish", \.finishText),
        ]
    }
}

extension CallOutcome {
    fileprivate var modelText: String { model ?? "" }
    fileprivate var finishText: String { error == nil ? finishReason ?? "" : "failed" }
}
