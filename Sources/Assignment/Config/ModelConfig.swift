public import OrderedJSON

/// One version of a model config: variants with weights, and who is sent where regardless of them.
///
/// Made from the API's record. What is malformed inside is kept as it is, listed in ``problems``, and treated as contract
/// §1–§2 say; it never changes what the well-formed rest does.
public struct ModelConfig: Hashable, Sendable {
    /// Its key.
    public let key: String
    /// Its version: 1 when the record has none or `null`, 0 when it says 0.
    public let version: Int
    /// The variants in the order in which the walk takes them.
    public let variants: [Variant]
    /// In which form the record gives them.
    public let variantForm: VariantForm
    /// The targeting; `nil` when the record has none, `null` or `{}`.
    public let targeting: Targeting?
    /// What is malformed, in document order.
    public let problems: [ConfigProblem]
    /// The record as it came.
    public let record: JSONValue

    /// Sums of the weights times 10,000, up to the first malformed weight: what a bucket is compared with.
    let thresholds: [Double]

    /// Reads a record.
    ///
    /// - Throws: ``ConfigRecordError`` when it is no object, has no key, or a version that is no whole number.
    public init(record: JSONValue) throws(ConfigRecordError) {
        guard case .object = record else {
            throw ConfigRecordError(path: "", message: "the record is \(record.kindInWords), not an object")
        }
        guard let key = record["key"]?.string else {
            throw ConfigRecordError(path: "key", message: "a config needs a key that is text")
        }
        var problems: [ConfigProblem] = []
        self.key = key
        self.version = try RecordVersion.read(record["version"])
        (self.variants, self.variantForm) = ConfigReader.variants(record["variants"], &problems)
        self.targeting = ConfigReader.targeting(
            record["targeting"], variantCount: variants.count, problems: &problems)
        self.problems = problems
        self.record = record
        self.thresholds = WeightWalk.thresholds(of: variants.lazy.map(\.weight))
    }

    /// Equal when the records are, byte for byte.
    public static func == (left: ModelConfig, right: ModelConfig) -> Bool {
        left.version == right.version && left.key.hasSameUTF8(as: right.key)
            && left.record.compactBytes == right.record.compactBytes
    }

    /// Hashes key and version, which equal records share.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(version)
        hasher.combine(UTF8Key(key))
    }
}

/// The `version` of a record (contract §2).
public enum RecordVersion {
    /// The version: 1 when absent or `null`; a whole number; text that is one.
    ///
    /// - Throws: ``ConfigRecordError`` for anything else.
    public static func read(_ value: JSONValue?) throws(ConfigRecordError) -> Int {
        switch value {
        case nil, .null: return 1
        case .number(let number):
            if let version = number.int64.flatMap({ Int(exactly: $0) }) { return version }
        case .string(let text):
            if let version = Int(text) { return version }
        default: break
        }
        throw ConfigRecordError(
            path: "version", message: "a version is a whole number, not \(value?.kindInWords ?? "nothing")")
    }
}
