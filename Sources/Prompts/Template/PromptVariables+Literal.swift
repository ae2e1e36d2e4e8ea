public import OrderedJSON

extension PromptVariables: ExpressibleByDictionaryLiteral {
    /// Variables by name, of any type that stands for JSON; a name that occurs twice keeps the last value, and `nil` leaves
    /// its placeholder.
    public init(dictionaryLiteral elements: (String, (any JSONRepresentable)?)...) {
        self.init(elements.map { ($0.0, $0.1?.jsonValue ?? .null) })
    }

    /// Variables of any type that stands for JSON, sorted by name.
    @_disfavoredOverload
    public init(_ variables: [String: any JSONRepresentable]) {
        self.init(variables.mapValues(\.jsonValue))
    }
}
