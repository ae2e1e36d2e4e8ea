package import Prompts

/// A managed prompt with its placeholders filled in.
public struct Prompt: Hashable, Sendable {
    package let result: PromptResult

    package init(_ result: PromptResult) { self.result = result }

    /// The prompt's key.
    public var key: String { result.key }
    /// Its version.
    public var version: Int { result.version }
    /// The instructions, rendered.
    public var system: String { result.system }
    /// The user message, rendered.
    public var user: String { result.user }
    /// The A/B test that chose it, if one did.
    public var abTestKey: String? { result.abTestKey }
    /// The variant it chose, counted from 0.
    public var variantIndex: Int? { result.variantIndex }
    /// Placeholders that no value, or `nil`, was given for: they stand in the texts as they are written.
    public var missingVariables: [String] { result.rendered.missing + result.rendered.nullValued }

    /// Hands the prompt's tag to the next call made inside `operation`, in whatever task and session that call is made:
    /// for a prompt whose text the call does not hold as it is, because the app changes it first.
    public nonisolated(nonsending) func tagging<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await HandedPrompt.$current.run(HandedPrompt(PromptTag(result)), operation)
    }
}

/// Why there is no prompt.
public struct PromptFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is. More kinds may come.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        /// Its name.
        public let name: String

        /// There is no prompt of that key, or none that an A/B test's variant names.
        public static let promptNotFound = Kind(name: "prompt not found")
        /// There is no A/B test of that key.
        public static let abTestNotFound = Kind(name: "A/B test not found")
        /// There is no such version of it, or its current one is not there.
        public static let versionNotFound = Kind(name: "version not found")
        /// It is not known, because the service that has it gave no answer.
        public static let serviceUnavailable = Kind(name: "service unavailable")
        /// The A/B test is there, and holds no variant that can be given.
        public static let malformedABTest = Kind(name: "malformed A/B test")
        /// The prompt has placeholders that no variable was given for, and that was to be an error
        /// (``MissingPromptVariables/fail``).
        public static let missingVariables = Kind(name: "missing variables")

        /// Its name.
        public var description: String { name }
    }

    package let error: PromptError

    package init(_ error: PromptError) { self.error = error }

    /// What kind of failure it is.
    public var kind: Kind {
        switch error {
        case .promptNotFound, .abTestPromptNotFound: .promptNotFound
        case .abTestNotFound: .abTestNotFound
        case .versionNotFound, .abTestHasNoCurrentVersion: .versionNotFound
        case .serviceUnavailable: .serviceUnavailable
        case .abTestHasNoVariants, .malformedWeight, .malformedPromptKey: .malformedABTest
        case .missingVariables: .missingVariables
        }
    }

    /// What happened, where, and what to do.
    public var description: String { error.description }
}
