public import OrderedJSON

/// One version of a model config: variants with weights, and who is sent where regardless of them.
///
/// Made from the API's record. What is malformed inside is kept as it is, listed in ``problems``, and treated as contract
/// §1–§2 say; it never changes what the well-formed rest does.
public struct ModelConfig: VersionedRecord, Hashable, Sendable {
    /// Its key.
    public var key: String { parts.key }
    /// Its version: 1 when the record has none or `null`, 0 when it says 0.
    public var version: Int { parts.version }
    /// The variants in the order in which the walk takes them.
    public var variants: [Variant] { parts.variants }
    /// In which form the record gives them.
    public var variantForm: VariantForm { parts.variantForm }
    /// The targeting; `nil` when the record has none, `null` or `{}`.
    public var targeting: Targeting? { parts.targeting }
    /// What is malformed, in document order.
    public var problems: [ConfigProblem] { parts.problems }
    /// The record as it came.
    public var record: JSONValue { parts.record }

    /// Sums of the weights times 10,000, up to the first malformed weight: what a bucket is compared with.
    var thresholds: [Double] { parts.thresholds }
    /// The targeting as the hot path reads it; `nil` when there is none to evaluate.
    var program: TargetingProgram? { parts.program }

    private let parts: Parts

    /// Everything, behind one reference: a config is handed from cache to caller without counting each part.
    private final class Parts: Sendable {
        let key: String
        let version: Int
        let variants: [Variant]
        let variantForm: VariantForm
        let targeting: Targeting?
        let problems: [ConfigProblem]
        let record: JSONValue
        let thresholds: [Double]
        let program: TargetingProgram?

        init(key: String, record: JSONValue) throws(ConfigRecordError) {
            var reader = ConfigReader()
            self.key = key
            version = try RecordVersion.read(record["version"])
            (variants, variantForm) = reader.variants(record["variants"])
            targeting = reader.targeting(record["targeting"], variantCount: variants.count)
            problems = reader.problems
            self.record = record
            thresholds = WeightWalk.thresholds(of: variants.lazy.map(\.weight))
            program = targeting.flatMap { $0.isEnabled ? TargetingProgram($0) : nil }
        }
    }

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
        parts = try Parts(key: key, record: record)
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

/// The `version` of a record (docs/assignment.md §2).
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
