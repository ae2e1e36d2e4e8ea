public import Assignment
public import OrderedJSON

/// One version of a prompt A/B test: prompts with weights, chosen by the same hash and walk as models (docs/assignment.md §4).
public struct PromptABTest: VersionedRecord, Hashable, Sendable {
    /// One of the prompts.
    public struct Variant: Hashable, Sendable {
        /// The prompt's key; `nil` when the record has none.
        public let promptKey: String?
        /// Which of its versions.
        public let promptVersion: VersionPin
        /// How much of the traffic it takes, in percent.
        public let weight: Weight

        /// Makes a variant.
        public init(promptKey: String?, promptVersion: VersionPin, weight: Weight) {
            self.promptKey = promptKey
            self.promptVersion = promptVersion
            self.weight = weight
        }
    }

    /// Which version of a prompt a variant means.
    public enum VersionPin: Hashable, Sendable {
        /// Whichever is current: the record has none, or `null`.
        case current
        /// That one; 0 is looked up as 0.
        case version(Int)
        /// Something that no version can be, as written: it is never found.
        case malformed(String)
    }

    /// Its key.
    public let key: String
    /// Its version.
    public let version: Int
    /// The variants in their order.
    public let variants: [Variant]
    /// What is malformed.
    public let problems: [ConfigProblem]
    /// The record as it came.
    public let record: JSONValue
    private let thresholds: [Double]

    /// Reads a record.
    ///
    /// - Throws: `ConfigRecordError` when it is no object, has no key, or a version that is no whole number.
    public init(record: JSONValue) throws(ConfigRecordError) {
        guard case .object = record else {
            throw ConfigRecordError(path: "", message: "a prompt A/B test is an object")
        }
        guard let key = record["key"]?.string else {
            throw ConfigRecordError(path: "key", message: "a prompt A/B test needs a key that is text")
        }
        self.key = key
        self.version = try RecordVersion.read(record["version"])
        self.variants = (record["variants"]?.array ?? []).map(Variant.init(record:))
        self.problems = PromptABTest.problems(of: record, variants: variants)
        self.record = record
        self.thresholds = WeightWalk.thresholds(of: variants.lazy.map(\.weight))
    }

    /// How the weights divide the buckets.
    public var split: WeightedSplit { WeightedSplit(thresholds: thresholds, variantCount: variants.count) }

    /// The variant for a session, and why.
    ///
    /// - Throws: ``PromptError`` when there are no variants, or the walk reaches a malformed one.
    public func choose(sessionID: String) throws(PromptError) -> PromptChoice {
        let bucket = Bucket.of(sessionID: sessionID)
        let index: Int
        var isRemainder = false
        switch WeightWalk.place(bucket: bucket, thresholds: thresholds, variantCount: variants.count) {
        case .weighted(let place): index = place
        case .remainder(let place): (index, isRemainder) = (place, true)
        case .noVariants: throw .abTestHasNoVariants(key: key)
        case .malformedWeight(let place):
            let found = variants[place].weight.written?.compactText ?? "missing"
            throw .malformedWeight(test: key, variantIndex: place, found: found)
        }
        guard let promptKey = variants[index].promptKey else {
            throw .malformedPromptKey(test: key, variantIndex: index)
        }
        return PromptChoice(
            variantIndex: index, promptKey: promptKey, promptVersion: variants[index].promptVersion, bucket: bucket,
            isRemainder: isRemainder)
    }

    /// The run of buckets around a choice that leads to it.
    public func interval(of choice: PromptChoice) -> BucketInterval {
        split.piece(at: choice.bucket).interval
    }
}

extension PromptABTest.Variant {
    /// Reads one; anything but an object gives a variant without prompt and weight.
    init(record: JSONValue) {
        let pin: PromptABTest.VersionPin
        switch record["prompt_version"] {
        case nil, .null: pin = .current
        case .some(let value): pin = value.int.map { .version($0) } ?? .malformed(value.string ?? value.compactText)
        }
        self.init(promptKey: record["prompt_key"]?.string, promptVersion: pin, weight: Weight(record["weight"]))
    }
}

extension PromptABTest {
    /// Names what is malformed in a record.
    private static func problems(of record: JSONValue, variants: [Variant]) -> [ConfigProblem] {
        var problems: [ConfigProblem] = []
        func tell(_ path: String, _ message: String) {
            problems.append(ConfigProblem(path: path, message: message))
        }
        if variants.isEmpty {
            let found = record["variants"] == nil ? "is missing" : "is not a list with something in it"
            tell("variants", "\(found): every session gets an error")
        }
        for (index, variant) in variants.enumerated() {
            let path = "variants[\(index)]"
            if variant.promptKey == nil { tell(path + ".prompt_key", "is not text: its sessions get an error") }
            if case .malformed(let text) = variant.promptVersion {
                tell(path + ".prompt_version", "\(text) is no whole number: its sessions get an error")
            }
            if variant.weight.percent == nil {
                tell(path + ".weight", "is not a number: sessions whose walk reaches it get an error")
            }
        }
        return problems
    }
}

/// A prompt chosen by an A/B test.
public struct PromptChoice: Hashable, Sendable {
    /// The variant's index, counted from 0.
    public let variantIndex: Int
    /// The prompt's key.
    public let promptKey: String
    /// Which of its versions.
    public let promptVersion: PromptABTest.VersionPin
    /// The session's bucket.
    public let bucket: Int
    /// Whether the bucket lies beyond all weights and so falls to the last variant.
    public let isRemainder: Bool
}
