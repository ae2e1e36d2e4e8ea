import TraceModel

/// The `X-Fallom-*` headers of a request; they apply to every span of its batch that does not say otherwise
/// (docs/normalisation.md §2.1, docs/normalisation.md §2.9).
public struct FallomHeaders: Hashable, Sendable {
    /// `X-Fallom-Config-Key`
    public var configKey: String?
    /// `X-Fallom-Session-Id`
    public var sessionID: String?
    /// `X-Fallom-Customer-Id`
    public var customerID: String?
    /// `X-Fallom-Prompt-Key`
    public var promptKey: String?
    /// `X-Fallom-Prompt-Version`
    public var promptVersion: String?
    /// `X-Fallom-Prompt-AB-Test`
    public var promptABTestKey: String?
    /// `X-Fallom-Prompt-Variant`
    public var promptVariantIndex: Int?

    /// Makes headers that say nothing.
    public init() {}

    /// Whether none is set.
    public var isEmpty: Bool {
        configKey == nil && sessionID == nil && customerID == nil && promptKey == nil && promptVersion == nil
            && promptABTestKey == nil && promptVariantIndex == nil
    }

    /// Takes one header as it stands on the wire, where values are Latin-1; other names are ignored. An empty value
    /// says nothing.
    public mutating func take(name: String, latin1 value: some Sequence<UInt8>) {
        var text = ""
        for byte in value { text.unicodeScalars.append(UnicodeScalar(byte)) }
        take(name: name, value: text)
    }

    /// Takes one header whose value was decoded already; other names are ignored, and values that are too long to be a
    /// key or an id of every span (``TraceModel/SpanIdentity/longestShared``).
    public mutating func take(name: String, value: String) {
        guard !value.isEmpty, value.utf8.count <= SpanIdentity.longestShared else { return }
        switch name.lowercased() {
        case "x-fallom-config-key": configKey = value
        case "x-fallom-session-id": sessionID = value
        case "x-fallom-customer-id": customerID = value
        case "x-fallom-prompt-key": promptKey = value
        case "x-fallom-prompt-version": promptVersion = value
        case "x-fallom-prompt-ab-test": promptABTestKey = value
        case "x-fallom-prompt-variant": promptVariantIndex = Int(value)
        default: break
        }
    }

    /// Masks secrets in what they say; gives how many there were.
    mutating func mask(with scanner: SecretScanner) -> Int {
        guard !isEmpty else { return 0 }
        var count = 0
        for (name, value) in fields {
            let masked = scanner.masked(value)
            guard masked.count > 0 else { continue }
            count += masked.count
            take(name: name, value: masked.text)
        }
        return count
    }

    /// The headers that are set, as they are sent.
    public var fields: [(name: String, value: String)] {
        let all: [(name: String, value: String?)] = [
            ("X-Fallom-Config-Key", configKey), ("X-Fallom-Session-Id", sessionID),
            ("X-Fallom-Customer-Id", customerID), ("X-Fallom-Prompt-Key", promptKey),
            ("X-Fallom-Prompt-Version", promptVersion), ("X-Fallom-Prompt-AB-Test", promptABTestKey),
            ("X-Fallom-Prompt-Variant", promptVariantIndex.map(String.init)),
        ]
        return all.compactMap { field in field.value.map { (field.name, $0) } }
    }
}
