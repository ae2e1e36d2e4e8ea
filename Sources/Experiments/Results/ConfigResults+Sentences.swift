import Assignment
import Display

extension ConfigResults {
    /// What the figures say, in sentences, the surest first; only what the intervals support.
    public var verdict: [String] {
        if rows.allSatisfy({ $0.sessions == 0 }) { return [] }
        if comparisons.isEmpty { return ["One variant alone has sessions: there is nothing to compare."] }
        return comparisons.flatMap(sentences)
    }

    private func sentences(_ comparison: Comparison) -> [String] {
        let (base, other) = (rows[comparison.base], rows[comparison.other])
        switch comparison.obstacle {
        case .tooFewSessions:
            return [
                "\(other.name) against \(base.name): too few sessions to compare, "
                    + "\(Figure.count(other.sessions)) and \(Figure.count(base.sessions)); "
                    + "each needs \(Comparison.fewest)."
            ]
        case .sampleRatio:
            return ["\(other.name) against \(base.name): no verdict while the sample ratio is off."]
        case nil: break
        }
        guard comparison.goal == nil else { return [decision(comparison).sentence.capitalisedFirst] }
        let decided = comparison.differences.compactMap { $0.phrase(other.isCostEstimated || base.isCostEstimated) }
        let open = comparison.differences.filter { $0.estimate?.verdict == .undecided }.map(\.metric.words)
        var sentences: [String] = []
        if !decided.isEmpty {
            sentences.append("\(other.name) against \(base.name): \(decided.joined(separator: "; ")).")
        }
        if !open.isEmpty {
            let lead = decided.isEmpty ? "\(other.name) against \(base.name): no" : "No"
            sentences.append("\(lead) difference one can tell yet in \(Self.list(open)).")
        }
        return sentences
    }

    private static func list(_ words: [String]) -> String {
        words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    }

    /// The names of scores that any variant has, in order of their bytes.
    public var scoreNames: [String] {
        Set(rows.flatMap { $0.scores.map(\.name) }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// What the intervals of the comparisons hold for.
    public var correctionSentence: String? {
        guard let first = comparisons.first, first.obstacle == nil else { return nil }
        let over = Figure.count(first.corrected, "comparison")
        let what =
            plan.goal == nil ? "no goal is set, so that all figures are compared" : "decided by the plan's figures"
        return "intervals hold at every look, 95% over \(over) together (Bonferroni); \(what)"
    }

    /// What the sample-ratio check says, and whether all is well.
    public var ratioSentence: (text: String, isOff: Bool)? {
        guard let ratio else { return nil }
        let leftOut = leftOut.targeted == 0 ? "" : "; \(Figure.count(leftOut.targeted)) targeted left out"
        guard let pValue = ratio.pValue else {
            return ("sample ratio: too few sessions to check\(leftOut)", false)
        }
        let probability =
            pValue < 0.001 ? "p < 0.001" : "p = \(Figure.decimal(pValue, places: pValue < 0.095 ? 3 : 2))"
        let shift = Figure.decimal(ratio.detectableShift * 100, places: 1)
        if pValue < Comparison.ratioAlarm {
            return (
                "sample ratio is off (\(probability)): do not trust a comparison before you know why\(leftOut)", true
            )
        }
        if pValue < 0.01 {
            return ("sample ratio is doubtful (\(probability)): one in a hundred looks so by chance\(leftOut)", false)
        }
        return (
            "sample ratio as expected (\(probability)); a shift of \(shift) points would show 4 times in 5\(leftOut)",
            false
        )
    }

    /// Who is left out beside the targeted, in words.
    public var leftOutSentence: String? {
        let counts: [(Int, String)] = [
            (leftOut.otherVersion, "with another version"), (leftOut.reassigned, "with several versions or models"),
            (leftOut.unrecorded, "without a recorded assignment"),
            (leftOut.untold, "whose targeting cannot be told"),
            (leftOut.contradicting, "recorded with another model than this version gives"),
        ]
        let said = counts.filter { $0.0 > 0 }.map { "\(Figure.count($0.0)) \($0.1)" }
        return said.isEmpty ? nil : "left out: " + said.joined(separator: ", ")
    }
}

extension ConfigResults.Row {
    /// What to call the variant.
    package var name: String { model ?? "variant \(variantIndex)" }
}

extension String {
    /// With a capital at the beginning, for a sentence that stands alone.
    fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension ConfigResults.Comparison.Difference {
    /// What it says when zero lies outside: "fails less, by 0.7 points (0.3 … 1.1)".
    fileprivate func phrase(_ isCostEstimated: Bool) -> String? {
        guard let estimate, estimate.verdict != .undecided else { return nil }
        let isHigher = estimate.verdict == .higher
        let size = abs(estimate.value)
        let bounds = [abs(estimate.lower), abs(estimate.upper)].sorted()
        func range(_ text: (Double) -> String) -> String { "\(text(size)) (\(text(bounds[0])) … \(text(bounds[1])))" }
        switch metric {
        case .errorRate:
            return "fails \(isHigher ? "more" : "less"), by "
                + "\(Self.points(size)) points (\(Self.points(bounds[0])) … \(Self.points(bounds[1])))"
        case .latencyP50: return "the median call is \(range(Self.time)) \(isHigher ? "slower" : "faster")"
        case .latencyP95:
            return "of a hundred calls the fifth slowest is \(range(Self.time)) \(isHigher ? "slower" : "faster")"
        case .firstTokenP50: return "the first token comes \(range(Self.time)) \(isHigher ? "later" : "sooner")"
        case .costPerSession:
            let cost = (isCostEstimated ? "an estimated " : "") + range(Self.money)
            return "a session costs \(cost) \(isHigher ? "more" : "less")"
        case .tokensPerSession:
            return "a session takes \(range { Figure.count(mean: $0) }) tokens \(isHigher ? "more" : "less")"
        case .score: return figure(isCostEstimated)
        }
    }

    private static func points(_ share: Double) -> String { Figure.decimal(share * 100, places: 1) }
    private static func time(_ nanoseconds: Double) -> String { Figure.duration(nanoseconds) }
    private static func money(_ dollars: Double) -> String { Figure.dollars(dollars) }
}
