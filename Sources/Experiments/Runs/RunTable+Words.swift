import Display

extension RunTable.Metric {
    /// A value of it as text.
    package func text(_ value: Double) -> String {
        switch self {
        case .latency, .firstToken: Figure.duration(value * 1e6)
        case .tokens: Figure.count(mean: value)
        case .cost: Figure.dollars(value) + "/1k"
        case .errors: Figure.decimal(value, places: 1) + "%"
        case .score: Figure.decimal(value, places: 2)
        }
    }

    /// A difference of it as text, with its sign.
    package func change(_ value: Double) -> String { (value > 0 ? "+" : "") + text(value) }
}
