package import Assignment

extension AssignmentReason {
    /// The reason in a few words.
    package var words: String {
        switch self {
        case .disabled: "by weight, targeting is off"
        case .target(let index): "by target \(index + 1)"
        case .rule(let index): "by rule \(index + 1)"
        case .weighted: "by weight"
        case .remainder: "by weight, the remainder"
        case .fallback: "fallback"
        case .error: "error"
        }
    }
}
