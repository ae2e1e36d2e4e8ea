import OrderedJSON

/// One of the models a config chooses among.
public struct Variant: Hashable, Sendable {
    /// Its name, when the config gives its variants as an object.
    public let name: String?
    /// The model; `nil` when the record has none or something that is not text.
    public let model: String?
    /// How much of the traffic it takes, in percent.
    public let weight: Weight

    /// Makes a variant.
    public init(name: String? = nil, model: String?, weight: Weight) {
        self.name = name
        self.model = model
        self.weight = weight
    }

    /// Reads one; anything but an object gives a variant that has neither model nor weight.
    init(name: String?, record: JSONValue) {
        self.init(name: name, model: record.field("model")?.string, weight: Weight(record.field("weight")))
    }
}

/// In which form a config gives its variants.
public enum VariantForm: Hashable, Sendable {
    /// A list.
    case list
    /// An object, walked in document order.
    case object
    /// Nothing, `null`, or something that is neither.
    case missing
}
