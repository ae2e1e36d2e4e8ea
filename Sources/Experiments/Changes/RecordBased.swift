package import Assignment
package import OrderedJSON
package import Prompts

/// What a JSON record makes: a config or a prompt A/B test.
package protocol RecordBased: Hashable, Sendable {
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
    package static var outcome: String { "model" }
    package var weights: [Weight] { variants.map(\.weight) }
    package var outcomes: [String?] { variants.map(\.model) }
}

extension PromptABTest: RecordBased {
    package static var outcome: String { "prompt" }
    package var weights: [Weight] { variants.map(\.weight) }
    package var outcomes: [String?] { variants.map(\.displayName) }
}

extension RecordBased {
    /// The sessions that another version gives something else, by weight.
    package func moves(to new: Self) -> [SplitOverlap.Move] {
        SplitOverlap(split, new.split).moves(from: outcomes, to: new.outcomes)
    }
}
