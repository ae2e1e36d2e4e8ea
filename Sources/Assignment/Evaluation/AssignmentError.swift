/// Why there is no answer. A fallback, where the caller gives one that is not empty, covers every case.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum AssignmentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no config of that key; `service` says where it was looked for.
    case configNotFound(key: String, service: String? = nil)
    /// The config is not known, because the service that has it gave no answer; `reason` says which, and why.
    case serviceUnavailable(key: String, reason: String)
    /// There is no such version of it.
    case versionNotFound(key: String, version: Int)
    /// The config is known, and none of its versions is there.
    case noCachedVersion(key: String)
    /// The config's variants are missing, empty, or neither list nor object.
    case noVariants(key: String, version: Int)
    /// The walk reached a variant whose weight is no number. `found` says what stands there.
    case malformedWeight(key: String, version: Int, variantIndex: Int, found: String)
    /// The chosen variant has no model that is text. `found` says what stands there.
    case malformedModel(key: String, version: Int, variantIndex: Int, found: String)

    /// The message; the published SDKs' own (docs/assignment.md §3) where they have one.
    public var description: String {
        switch self {
        case .configNotFound(let key, let service?):
            "Config '\(key)' not found: \(service)."
        case .configNotFound(let key, nil):
            "Config '\(key)' not found. Check that it exists in your Fallom dashboard."
        case .serviceUnavailable(let key, let reason):
            "Config '\(key)' is not known: \(reason)."
        case .versionNotFound(let key, let version):
            "Config '\(key)' version \(version) not found."
        case .noCachedVersion(let key):
            "Config '\(key)' has no cached version."
        case .noVariants(let key, let version):
            "Config '\(key)' version \(version) has no variants configured."
        case .malformedWeight(let key, let version, let index, let found):
            "Config '\(key)' version \(version): the weight of variant \(index) is \(found), not a number."
        case .malformedModel(let key, let version, let index, let found):
            "Config '\(key)' version \(version): the model of variant \(index) is \(found), not text."
        }
    }

    /// The warning when a fallback takes the place of the answer, in the published SDKs' words (docs/assignment.md §3) where they
    /// have any; without their prefix, which is the log's business.
    public func warning(fallback: String) -> String {
        switch self {
        case .configNotFound(let key, nil):
            "Config '\(key)' not found, using fallback model: \(fallback)"
        case .configNotFound(let key, let service?):
            "Config '\(key)' not found, using fallback model: \(fallback) (\(service))"
        case .serviceUnavailable(let key, let reason):
            "Config '\(key)' is not known, using fallback model: \(fallback) (\(reason))"
        case .versionNotFound(let key, let version):
            "Config '\(key)' version \(version) not found, using fallback: \(fallback)"
        case .noCachedVersion(let key):
            "Config '\(key)' has no cached version, using fallback: \(fallback)"
        case .noVariants(let key, _), .malformedWeight(let key, _, _, _), .malformedModel(let key, _, _, _):
            "Error getting model for '\(key)': \(self). Using fallback: \(fallback)"
        }
    }
}
