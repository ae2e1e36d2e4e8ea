package import Assignment

/// A session's model and the reason for it.
public struct ModelAssignment: Sendable {
    /// Why a session has its model.
    #if hasAttribute(nonexhaustive)
    @nonexhaustive
    #endif
    public enum Reason: Hashable, Sendable, CustomStringConvertible {
        /// The weights decided because targeting is switched off.
        case disabled
        /// That individual target matched.
        case target(index: Int)
        /// That rule matched.
        case rule(index: Int)
        /// The session's bucket lies in the variant's own interval.
        case weighted
        /// The bucket lies beyond all intervals: the last variant takes what the weights leave.
        case remainder
        /// There is no answer, and the caller's fallback took its place.
        case fallback(AssignmentFailure)

        /// The reason as one word.
        public var description: String {
            switch self {
            case .disabled: "disabled"
            case .target: "target"
            case .rule: "rule"
            case .weighted: "weighted"
            case .remainder: "remainder"
            case .fallback: "fallback"
            }
        }
    }

    /// The model.
    public let model: String
    /// Why.
    public let reason: Reason
    /// The config's version; `nil` when there was no config to evaluate.
    public let configVersion: Int?
    /// The variant, from 0; `nil` for a fallback.
    public let variantIndex: Int?
    /// The session's place among a million, which the weights divide; `nil` when there was no config to evaluate.
    public let bucket: Int?
    package let evaluation: Evaluation?

    init(model: String, _ evaluation: Evaluation) {
        self.model = model
        reason = Reason(evaluation.reason)
        configVersion = evaluation.configVersion
        variantIndex = evaluation.variantIndex
        bucket = evaluation.bucket
        self.evaluation = evaluation
    }

    init(fallback: String, for error: AssignmentError) {
        model = fallback
        reason = .fallback(AssignmentFailure(error))
        configVersion = nil
        variantIndex = nil
        bucket = nil
        evaluation = nil
    }
}

extension ModelAssignment.Reason {
    fileprivate init(_ reason: AssignmentReason) {
        switch reason {
        case .disabled: self = .disabled
        case .target(let index): self = .target(index: index)
        case .rule(let index): self = .rule(index: index)
        case .weighted: self = .weighted
        case .remainder: self = .remainder
        case .fallback(let error), .error(let error): self = .fallback(AssignmentFailure(error))
        }
    }
}

/// Why there is no model. A fallback, where the caller gives one that is not empty, covers every case.
public struct AssignmentFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is. More kinds may come.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        /// Its name.
        public let name: String

        /// There is no config of that key.
        public static let configNotFound = Kind(name: "config not found")
        /// The config is not known, because the service that has it gave no answer.
        public static let serviceUnavailable = Kind(name: "service unavailable")
        /// There is no such version of it, or none of its versions is there.
        public static let versionNotFound = Kind(name: "version not found")
        /// The config is there, and holds no variant that can be given: none at all, a weight that is no number, a model that
        /// is no text.
        public static let malformedConfig = Kind(name: "malformed config")

        /// Its name.
        public var description: String { name }
    }

    package let error: AssignmentError

    package init(_ error: AssignmentError) { self.error = error }

    /// What kind of failure it is.
    public var kind: Kind {
        switch error {
        case .configNotFound: .configNotFound
        case .serviceUnavailable: .serviceUnavailable
        case .versionNotFound, .noCachedVersion: .versionNotFound
        case .noVariants, .malformedWeight, .malformedModel: .malformedConfig
        }
    }

    /// What happened, where, and what to do.
    public var description: String { error.description }
}
