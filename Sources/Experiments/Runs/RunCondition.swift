/// When a run counts as a step back: `helpful<-2`, `latency>10%`, `errors>0`.
public struct RunCondition: Hashable, Sendable {
    /// The figure whose mean difference is looked at.
    public let metric: RunTable.Metric
    /// Whether more than the bound is too much, or less.
    public let isAbove: Bool
    /// The bound, in the figure's unit, or as a share of the base's mean.
    public let bound: Double
    /// Whether the bound is a share.
    public let isRelative: Bool
    /// As it was typed.
    public let text: String

    /// Reads a condition; `nil` for what is none.
    public init?(_ text: String) {
        guard let sign = text.firstIndex(where: { $0 == "<" || $0 == ">" }) else { return nil }
        let name = text[..<sign].filter { $0 != " " }
        var rest = text[text.index(after: sign)...].filter { $0 != " " }
        isRelative = rest.hasSuffix("%")
        if isRelative { rest.removeLast() }
        guard !name.isEmpty, let bound = Double(rest), bound.isFinite else { return nil }
        metric = RunTable.Metric(name: String(name))
        isAbove = text[sign] == ">"
        self.bound = isRelative ? bound / 100 : bound
        self.text = text
    }

    /// What a table says to it.
    public enum Finding: Hashable, Sendable {
        /// No variant meets it.
        case holds
        /// A variant does: which, and by how much.
        case fails(variant: Int, value: Double)
        /// There is no pair of which the figure is known.
        case unknown
    }

    /// Looks for the condition in a table.
    public func finding(in table: RunTable) -> Finding {
        let own = table.comparisons.filter { $0.metric == metric }
        guard !own.isEmpty else { return .unknown }
        for comparison in own {
            guard let value = isRelative ? comparison.statistics.relative : comparison.statistics.mean else { continue }
            if isAbove ? value > bound : value < bound {
                return .fails(variant: comparison.variant, value: isRelative ? value * 100 : value)
            }
        }
        return .holds
    }
}
