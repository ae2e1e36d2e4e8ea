import Assignment
import OrderedJSON
import Prompts

/// What a JSON record makes: a config or a prompt A/B test.
protocol RecordBased: Hashable, Sendable {
    /// What its variants give a session, in a word.
    static var outcome: String { get }

    init(record: JSONValue) throws(ConfigRecordError)
    var key: String { get }
    var version: Int { get }
    var record: JSONValue { get }
    /// The variants' weights in their order.
    var weights: [Weight] { get }
    /// Which buckets get which variant.
    var split: WeightedSplit { get }
    /// What sessions of that variant get; `nil` for nothing they can use.
    func outcome(of variant: Int) -> String?
}

extension ModelConfig: RecordBased {
    static var outcome: String { "model" }
    var weights: [Weight] { variants.map(\.weight) }
    func outcome(of variant: Int) -> String? { variants[variant].model }
}

extension PromptABTest: RecordBased {
    static var outcome: String { "prompt" }
    var weights: [Weight] { variants.map(\.weight) }
    func outcome(of variant: Int) -> String? { variants[variant].displayName }
}

extension RecordBased {
    /// What share of the sessions another version gives something else, by weight: exact, by bucket.
    func movedShare(to new: Self) -> Double {
        let moved = SplitOverlap(split, new.split).cells.reduce(0) { sum, cell in
            let (before, after) = (cell.row.flatMap(outcome(of:)), cell.column.flatMap(new.outcome(of:)))
            return UTF8Key(before ?? "") == UTF8Key(after ?? "") ? sum : sum + cell.buckets
        }
        return Double(moved) / Double(Bucket.count)
    }
}
