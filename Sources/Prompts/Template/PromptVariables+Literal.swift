public import OrderedJSON

extension PromptVariables: ExpressibleByDictionaryLiteral {
    /// Variables by name; a name that occurs twice keeps the last value.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}
