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
    /// What sessions of each variant get; `nil` for nothing they can use.
    var outcomes: [String?] { get }
}

extension ModelConfig: RecordBased {
    static var outcome: String { "model" }
    var weights: [Weight] { variants.map(\.weight) }
    var outcomes: [String?] { variants.map(\.model) }
}

extension PromptABTest: RecordBased {
    static var outcome: String { "prompt" }
    var weights: [Weight] { variants.map(\.weight) }
    var outcomes: [String?] { variants.map(\.displayName) }
}

extension RecordBased {
    /// The sessions that another version gives something else, by weight.
    func moves(to new: Self) -> [SplitOverlap.Move] {
        SplitOverlap(split, new.split).moves(from: outcomes, to: new.outcomes)
    }
}
