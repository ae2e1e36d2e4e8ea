import OrderedJSON
package import Prompts

/// Values for a prompt's placeholders, by name; names are compared by UTF-8 bytes.
///
/// ```swift
/// try await session.getPrompt("welcome", variables: ["name": user.name, "orders": orders.count])
/// ```
public struct PromptValues: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package var variables: PromptVariables

    package init(_ variables: PromptVariables) { self.variables = variables }

    /// No values.
    public init() { variables = PromptVariables() }

    /// Values by name, of any type that stands for JSON; a name that occurs twice keeps the last value, and `nil` leaves its
    /// placeholder.
    public init(dictionaryLiteral values: (String, (any JSONConvertible)?)...) {
        variables = PromptVariables(values.map { ($0.0, $0.1?.json.value ?? .null) })
    }

    /// Those values.
    public init(_ values: [String: some JSONConvertible]) {
        variables = PromptVariables(values.mapValues(\.json.value))
    }

    /// Those values, of any type that stands for JSON; `nil` leaves a placeholder.
    @_disfavoredOverload
    public init(_ values: [String: (any JSONConvertible)?]) {
        variables = PromptVariables(values.mapValues { $0?.json.value ?? .null })
    }

    /// Whether there are none.
    public var isEmpty: Bool { variables.isEmpty }

    /// The value of that name.
    public subscript(name: String) -> JSON? {
        get { variables[name].map { JSON($0) } }
        set { variables[name] = newValue?.value }
    }
}
