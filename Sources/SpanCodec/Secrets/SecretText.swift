/// One text in which secrets are looked for.
///
/// In a wire message as a whole (`isRaw`) the answer may only err by finding too much: there a length byte may look like
/// a letter in front of a key, and the next field's tag like one after it.
struct SecretText {
    let bytes: UnsafeRawBufferPointer
    let isRaw: Bool
    /// Up to where no key begins: what lies in front was read as one run of letters, and was none. Without it a text of
    /// nothing but beginnings would be read once for each of them.
    private var keylessEnd = 0
    /// The same for JSON web tokens.
    private var tokenlessEnd = 0

    init(_ bytes: UnsafeRawBufferPointer, isRaw: Bool = false) {
        self.bytes = bytes
        self.isRaw = isRaw
    }

    /// The secret that the word of a format at `start` belongs to.
    mutating func secret(_ format: SecretFormat, at start: Int) -> Range<Int>? {
        let end = start + format.word.count
        switch format.shape {
        case .key(let alphabet, let least): return key(start, end, alphabet, least)
        case .awsID: return awsID(start, end)
        case .webToken: return webToken(start)
        case .dotted: return dotted(start, end)
        case .pem: return pem(end)
        case .bearer: return bearer(start, end)
        case .basic: return basic(start, end)
        case .url: return userInfo(start, end)
        case .telegram: return telegram(start)
        case .parameter: return parameter(start, end)
        case .name: return isRaw ? namedRaw(start, end) : named(start, end)
        case .tokenName:
            if isOfLanguage(start, end) { return nil }
            return isRaw ? namedRaw(start, end) : named(start, end)
        case .escape, .encoded: return isRaw ? start..<end : nil
        }
    }

    // MARK: Reading

    func byte(_ at: Int) -> UInt8? { bytes.indices.contains(at) ? bytes[at] : nil }

    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }

    /// The end of a run of such letters. The escaped slash of some JSON writers (`\/`) is a slash.
    func run(_ start: Int, _ alphabet: KeyAlphabet) -> Int {
        var end = start
        while end < bytes.count {
            if alphabet.contains(bytes[end]) {
                end += 1
            } else if alphabet.contains(UInt8(ascii: "/")), bytes[end] == UInt8(ascii: "\\"),
                byte(end + 1) == UInt8(ascii: "/")
            {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    /// Whether a word may begin here: after no letter or digit, or after the letter of an escape (`\n`).
    private func isBoundary(_ at: Int) -> Bool {
        guard !isRaw, at > 0, bytes[at - 1].isAlphanumeric else { return true }
        return at > 1 && bytes[at - 2] == UInt8(ascii: "\\") && "nrtbf".utf8.contains(bytes[at - 1])
    }

    // MARK: Keys

    private mutating func key(_ start: Int, _ tail: Int, _ alphabet: KeyAlphabet, _ least: Int) -> Range<Int>? {
        guard start >= keylessEnd, isBoundary(start) else { return nil }
        let end = run(tail, alphabet)
        guard end - tail >= least, SecretValue.looksRandom(bytes[tail..<end]) else {
            if alphabet.contains(UInt8(ascii: "-")) { keylessEnd = end }
            return nil
        }
        return start..<end
    }

    private func awsID(_ start: Int, _ tail: Int) -> Range<Int>? {
        let end = run(tail, .capitals)
        guard isBoundary(start), isRaw ? end - tail >= 16 : end - tail == 16 else { return nil }
        if !isRaw, let next = byte(end), next.isAlphanumeric { return nil }
        return start..<end
    }

    private mutating func webToken(_ start: Int) -> Range<Int>? {
        guard start >= tokenlessEnd, isBoundary(start) else { return nil }
        var end = run(start, .url)
        tokenlessEnd = end
        guard end - start >= 12, byte(end) == UInt8(ascii: ".") else { return nil }
        let claims = end + 1
        end = run(claims, .url)
        guard end - claims >= 8 else { return nil }
        while byte(end) == UInt8(ascii: "."), let next = byte(end + 1), KeyAlphabet.url.contains(next) {
            end = run(end + 1, .url)
        }
        return start..<end
    }

    private func dotted(_ start: Int, _ tail: Int) -> Range<Int>? {
        let middle = run(tail, .url)
        guard isBoundary(start), middle - tail >= 16, byte(middle) == UInt8(ascii: ".") else { return nil }
        let end = run(middle + 1, .url)
        return end - middle > 16 ? start..<end : nil
    }

    private func telegram(_ colon: Int) -> Range<Int>? {
        var start = colon
        while start > 0, colon - start < 13, bytes[start - 1].isDigit { start -= 1 }
        let end = run(colon + 1, .url)
        guard colon - start >= 6, isBoundary(start), end - colon > 30 else { return nil }
        return start..<end
    }

    // MARK: Blocks

    /// What stands between the lines of a private key; to the end of its letters where the last line is missing.
    private func pem(_ afterBegin: Int) -> Range<Int>? {
        guard let dashes = find("-----", from: afterBegin, within: 48),
            SecretText(slice(afterBegin..<dashes)).find("PRIVATE KEY", from: 0, within: 48) != nil
        else { return nil }
        let start = dashes + 5
        var end = start
        while end < bytes.count, isOfBlock(bytes[end]), !stands("-----", at: end) { end += 1 }
        return end > start ? start..<end : nil
    }

    private func isOfBlock(_ byte: UInt8) -> Bool {
        KeyAlphabet.token.contains(byte) || byte.isSpace || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: ":")
            || byte == UInt8(ascii: ",")
    }

    func stands(_ word: StaticString, at start: Int) -> Bool {
        let length = word.utf8CodeUnitCount
        guard start >= 0, start + length <= bytes.count else { return false }
        for index in 0..<length where bytes[start + index] != word.utf8Start[index] { return false }
        return true
    }

    func find(_ word: StaticString, from start: Int, within limit: Int) -> Int? {
        let last = min(bytes.count - word.utf8CodeUnitCount, start + limit)
        guard start <= last else { return nil }
        return (start...last).first { stands(word, at: $0) }
    }

    // MARK: Schemes

    private func bearer(_ start: Int, _ end: Int) -> Range<Int>? {
        guard isBoundary(start), let token = tokenAfterScheme(end) else { return nil }
        let value = bytes[token]
        if token.count >= 8, SecretValue.looksRandom(value) { return token }
        // A word at the end of a header is a token too; one in a sentence is a word.
        return token.count >= 12 && endsHeader(token.upperBound) && isInHeader(start) ? token : nil
    }

    private func tokenAfterScheme(_ end: Int) -> Range<Int>? {
        var start = end
        while byte(start) == 0x20 { start += 1 }
        if start == end, stands("%20", at: start) { start += 3 }
        guard start > end else { return nil }
        let last = run(start, .token)
        return last > start ? start..<last : nil
    }

    private func isInHeader(_ scheme: Int) -> Bool {
        var at = scheme
        while at > 0, bytes[at - 1] == 0x20 || bytes[at - 1].isQuote || bytes[at - 1] == UInt8(ascii: "\\") { at -= 1 }
        return at > 0 && (bytes[at - 1] == UInt8(ascii: ":") || bytes[at - 1] == UInt8(ascii: "="))
    }

    private func endsHeader(_ at: Int) -> Bool {
        guard let next = byte(at) else { return true }
        return next.isQuote || next == 0x0A || next == 0x0D || next == UInt8(ascii: "\\")
    }

    private func basic(_ start: Int, _ end: Int) -> Range<Int>? {
        guard isBoundary(start), let token = tokenAfterScheme(end), token.count >= 8 else { return nil }
        let text = String(decoding: bytes[token].filter { $0 != UInt8(ascii: "\\") }, as: UTF8.self)
        // In a wire message a byte of what follows may look like one more letter.
        for cut in 0..<(isRaw ? 4 : 1) {
            guard let decoded = Base64Text.decode(String(text.dropLast(cut))) else { continue }
            if decoded.contains(UInt8(ascii: ":")), decoded.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) { return token }
        }
        return isInHeader(start) && (endsHeader(token.upperBound) || SecretValue.looksRandom(bytes[token]))
            ? token : nil
    }

    // MARK: Addresses

    /// The password of `scheme://user:password@`, or a random user name without one.
    private func userInfo(_ start: Int, _ authority: Int) -> Range<Int>? {
        guard start > 0, bytes[start - 1].isAlphanumeric else { return nil }
        var at: Int?
        var end = authority
        while end < bytes.count, !endsAuthority(bytes[end]) {
            if bytes[end] == UInt8(ascii: "@") { at = end }
            end += 1
        }
        guard let at, at > authority else { return nil }
        guard let colon = bytes[authority..<at].firstIndex(of: UInt8(ascii: ":")) else {
            return SecretValue.looksRandom(bytes[authority..<at]) && at - authority >= 16 ? authority..<at : nil
        }
        let password = colon + 1..<at
        guard !isTemplate(password), !SecretValue.isHollow(slice(password)) else { return nil }
        return password
    }

    private func endsAuthority(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte.isQuote || "/?#\\<>|^".utf8.contains(byte)
    }

    /// Whether it is a place to fill in: `$PASSWORD`, `{password}`, `%(password)s`.
    private func isTemplate(_ range: Range<Int>) -> Bool {
        guard let first = bytes[range].first else { return true }
        return "${".utf8.contains(first)
            || first == UInt8(ascii: "%") && byte(range.lowerBound + 1) == UInt8(ascii: "(")
    }

    private func parameter(_ start: Int, _ value: Int) -> Range<Int>? {
        guard start > 0 else { return nil }
        var before = start - 1
        // `X-Amz-Signature=`: the rest of the name.
        while before > 0, KeyAlphabet.url.contains(bytes[before]) { before -= 1 }
        guard "?&;".utf8.contains(bytes[before]) else { return nil }
        let end = run(value, .token)
        guard end - value >= 8, SecretValue.looksRandom(bytes[value..<end]) else { return nil }
        return value..<end
    }
}
