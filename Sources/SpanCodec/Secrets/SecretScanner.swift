import OrderedJSON

/// Finds secrets in what comes from outside, and masks them before anything is kept of it.
///
/// A message is masked as a whole, before it is decoded: so no field, name, column or payload can hold what was masked.
/// Each secret becomes as many `*` as it had bytes; JSON stays JSON, and the lengths in a protobuf message stay right.
/// A value without state, made once: nearly all messages hold nothing, and are told so in one pass over their bytes.
public struct SecretScanner: Sendable {
    private let known = KnownSecrets.shared
    private let patterns: [SecretPattern]

    /// Knows the formats that this program knows.
    public static let standard = SecretScanner(patterns: [])

    /// Knows these patterns, too.
    public init(patterns: [SecretPattern]) {
        self.patterns = patterns
    }

    /// A text with its secrets masked, and how many there were.
    public func masked(_ text: String) -> (text: String, count: Int) {
        var bytes = Array(text.utf8)
        let count = bytes.withUnsafeMutableBytes { bytes in
            let tally = mask(bytes)
            return tally.holdsAWSID ? tally.count + maskCompanions(bytes) : tally.count
        }
        return count == 0 ? (text, 0) : (String(decoding: bytes, as: UTF8.self), count)
    }

    // MARK: Finding

    /// Whether a message may hold a secret, by its bytes alone: never `false` where it does. Cheap, and nearly always
    /// `false` where it does not.
    func mayHoldSecrets(_ bytes: UnsafeRawBufferPointer) -> Bool {
        known.mayStand(in: bytes) || patterns.contains { $0.mayMatch(in: bytes) }
    }

    // MARK: Masking

    /// Masks a text in place, and the JSON it may be; says what was found.
    func mask(_ bytes: UnsafeMutableRawBufferPointer, nesting: Int = 0) -> SecretTally {
        let text = UnsafeRawBufferPointer(bytes)
        var tally = SecretTally()
        guard mayHoldSecrets(text) else { return tally }
        if nesting < Self.mostNesting, looksLikeJSON(text) {
            var json = JSONSecrets(self, bytes, nesting: nesting + 1)
            tally.add(json.maskWhole())
        }
        maskPlain(bytes, &tally)
        return tally
    }

    /// How often JSON may stand as text inside JSON and still be read as JSON.
    private static let mostNesting = 4

    private func looksLikeJSON(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let first = text.first(where: { !$0.isSpace }) else { return false }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    private func maskPlain(_ bytes: UnsafeMutableRawBufferPointer, _ tally: inout SecretTally) {
        let text = UnsafeRawBufferPointer(bytes)
        known.forEach(in: text) { range, isAWSID in
            if isAWSID { tally.holdsAWSID = true }
            if SecretMask.cover(range, in: bytes) { tally.count += 1 }
        }
        for pattern in patterns {
            pattern.forEachMatch(in: text) { if SecretMask.cover($0, in: bytes) { tally.count += 1 } }
        }
    }

    /// Whether a name says that its value is a secret.
    func secrecy(_ name: UnsafeRawBufferPointer) -> SecretName.Secrecy? {
        known.mayStart(in: name) ? SecretName.secrecy(name) : nil
    }

    /// Masks the secrets that stand beside the id of an AWS key: forty letters of Base64 with nothing around them.
    func maskCompanions(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
        let text = SecretText(UnsafeRawBufferPointer(bytes))
        var count = 0
        var at = 0
        while at < bytes.count {
            let end = text.run(at, .base64)
            if end - at == 40, Self.isCompanion(text.bytes[at..<end]), SecretMask.cover(at..<end, in: bytes) {
                count += 1
            }
            at = max(end, at + 1)
        }
        return count
    }

    private static func isCompanion(_ run: Slice<UnsafeRawBufferPointer>) -> Bool {
        run.contains(where: \.isDigit) && run.contains(where: \.isUpperCase) && run.contains(where: \.isLowerCase)
    }
}

/// What was masked.
struct SecretTally {
    /// How many secrets.
    var count = 0
    /// Whether the id of an AWS key was among them, beside which a secret may stand that is told by nothing else.
    var holdsAWSID = false

    mutating func add(_ other: SecretTally) {
        count += other.count
        holdsAWSID = holdsAWSID || other.holdsAWSID
    }
}
