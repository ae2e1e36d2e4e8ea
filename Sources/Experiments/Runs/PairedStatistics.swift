/// What differences between pairs allow to say: of the same recorded call, one answer against the other.
public struct PairedStatistics: Hashable, Sendable {
    /// Pairs of which both figures are known.
    public let count: Int
    /// Pairs in which the second is more.
    public let more: Int
    /// Pairs in which the second is less.
    public let less: Int
    /// The mean of the first figures.
    public let baseMean: Double
    /// The mean difference, second minus first.
    public let mean: Double
    /// Within which it lies with 95 % confidence, by bootstrap; `nil` with fewer than two pairs.
    public let interval: ClosedRange<Double>?
    /// The probability of so uneven a count of more and less, if neither were likelier (sign test, two-sided).
    public let signP: Double

    /// How often the pairs are drawn anew.
    static let draws = 2_000

    /// Of pairs of figures; `nil` where there are none.
    ///
    /// - Parameter seed: the same pairs and seed give the same interval.
    public init?(_ pairs: [(first: Double, second: Double)], seed: UInt64) {
        let pairs = pairs.filter { $0.first.isFinite && $0.second.isFinite }
        guard !pairs.isEmpty else { return nil }
        let differences = pairs.map { $0.second - $0.first }
        count = pairs.count
        more = differences.count { $0 > 0 }
        less = differences.count { $0 < 0 }
        baseMean = pairs.reduce(0) { $0 + $1.first } / Double(pairs.count)
        mean = differences.reduce(0, +) / Double(pairs.count)
        interval = Self.bootstrap(differences, seed)
        signP = Self.signTest(more: more, less: less)
    }

    /// How much the mean changes, as a share of the first's; `nil` where that is nothing.
    public var relative: Double? { baseMean > 0 ? mean / baseMean : nil }

    /// Whether it is more than chance would give once in twenty.
    public var isClear: Bool { interval.map { $0.lowerBound > 0 || $0.upperBound < 0 } ?? false }

    /// Two-sided, exact: pairs that are even say nothing.
    static func signTest(more: Int, less: Int) -> Double {
        let (count, few) = (more + less, min(more, less))
        guard count > 0 else { return 1 }
        // Binomial coefficients as parts of the largest, from the middle outward: none is too large to be told.
        let middle = count / 2
        var (all, tail) = (0.0, 0.0)
        var term = 1.0
        for index in stride(from: middle, through: 0, by: -1) {
            all += term
            if index <= few { tail += term }
            term *= Double(index) / Double(count - index + 1)
        }
        term = 1
        for index in middle..<count {
            term *= Double(count - index) / Double(index + 1)
            all += term
        }
        return min(1, 2 * tail / all)
    }

    private static func bootstrap(_ differences: [Double], _ seed: UInt64) -> ClosedRange<Double>? {
        guard differences.count > 1 else { return nil }
        var random = Mixer(state: seed)
        let count = differences.count
        var means = (0..<draws).map { _ -> Double in
            var sum = 0.0
            for _ in 0..<count { sum += differences[Int(random.next() % UInt64(count))] }
            return sum / Double(count)
        }
        means.sort()
        return means[draws * 25 / 1_000]...means[draws - 1 - draws * 25 / 1_000]
    }
}

/// SplitMix64: small, and the same everywhere.
private struct Mixer: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
