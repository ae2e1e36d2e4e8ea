package import Assignment
import OrderedJSON

/// What targeting is evaluated against: named texts, kept and compared by UTF-8 bytes.
///
/// ```swift
/// try await session.getModel(context: ["plan": customer.plan, "seats": customer.seats])
/// ```
public struct TargetingContext: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package var context: EvaluationContext

    package init(_ context: EvaluationContext) { self.context = context }

    /// A context without fields.
    public init() { context = EvaluationContext() }

    /// A context of those fields.
    public init(_ fields: [String: String]) { context = EvaluationContext(fields) }

    /// A context of those fields, of any type that stands for JSON: text as it is, everything else as JSON writes it. A name
    /// that occurs twice keeps the last value; `nil` leaves a field out.
    public init(dictionaryLiteral fields: (String, (any JSONConvertible)?)...) {
        self.init()
        for (name, value) in fields { set(name, value) }
    }

    /// A context of those fields, of any type that stands for JSON; `nil` leaves a field out.
    @_disfavoredOverload
    public init(_ fields: [String: (any JSONConvertible)?]) {
        self.init()
        for (name, value) in fields { set(name, value) }
    }

    /// Whether it has no field.
    public var isEmpty: Bool { context.isEmpty }

    /// The value of that field.
    public subscript(name: String) -> String? {
        get { context[name] }
        set { context[name] = newValue }
    }

    private mutating func set(_ name: String, _ value: (any JSONConvertible)?) {
        guard let json = value?.json, !json.isNull else { return }
        context[name] = json.string ?? json.compactText
    }
}
