/// Why there is no answer. A fallback, where the caller gives one that is not empty, covers every case.
public enum AssignmentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no config of that key.
    case configNotFound(key: String)
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

    /// The message; for the first three the published SDKs' own (contract §3).
    public var description: String {
        switch self {
        case .configNotFound(let key):
            "Config '\(key)' not found. Check that it exists in your Fallom dashboard."
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

    /// The warning the published SDKs print when a fallback takes the place of the answer (contract §3).
    public func warning(fallback: String) -> String {
        switch self {
        case .configNotFound(let key):
            "[Fallom WARNING] Config '\(key)' not found, using fallback model: \(fallback)"
        case .versionNotFound(let key, let version):
            "[Fallom WARNING] Config '\(key)' version \(version) not found, using fallback: \(fallback)"
        case .noCachedVersion(let key):
            "[Fallom WARNING] Config '\(key)' has no cached version, using fallback: \(fallback)"
        case .noVariants(let key, _), .malformedWeight(let key, _, _, _), .malformedModel(let key, _, _, _):
            "[Fallom WARNING] Error getting model for '\(key)': \(self). Using fallback: \(fallback)"
        }
    }
}
