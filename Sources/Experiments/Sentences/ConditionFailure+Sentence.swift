public import Assignment
import OrderedJSON

extension ConditionFailure {
    /// Why a target or condition does not hold in a context, with the value seen: "it is free", "the context has no such
    /// field". Where the eye does not see why, it is said.
    public func sentence(seen: String?, of condition: Condition?, in context: EvaluationContext) -> String {
        switch self {
        case .fieldAbsent:
            "the context has no such field"
                + (condition?.lookAlike(in: context).map { ", but \(Self.display($0.name)): \($0.difference)" } ?? "")
        case .noField: "the record names no field"
        case .unknownOperator: "the operator is unknown"
        case .unusableValue: "its value cannot be compared so"
        case .comparedFalse:
            "it is \(seen.map(ConditionFailure.display) ?? "absent")"
                + (seen.flatMap { condition?.hiddenDifference(to: $0) }.map { ": \($0)" } ?? "")
        }
    }

    /// A value bare where that is clear, quoted where it is empty or has white space.
    private static func display(_ text: String) -> String {
        text.isEmpty || text.contains(where: \.isWhitespace) ? JSONValue.string(text).compactText : text
    }
}
