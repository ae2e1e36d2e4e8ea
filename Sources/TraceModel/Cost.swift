/// What a call cost, in whole nano-dollars, and where the figure comes from.
public struct Cost: Hashable, Sendable {
    /// Billionths of a US dollar.
    public var nanoDollars: Int64
    /// `false` when the emitter reported it, `true` when it was computed from a price table.
    public var isEstimated: Bool

    /// Makes a cost.
    public init(nanoDollars: Int64, isEstimated: Bool) {
        self.nanoDollars = nanoDollars
        self.isEstimated = isEstimated
    }

    /// Whether the emitter says that something was paid; nought is also said by those who know no prices.
    var isReportedAmount: Bool { !isEstimated && nanoDollars > 0 }

    /// The amount in US dollars, for output only.
    public var dollars: Double { Double(nanoDollars) / 1e9 }
}
