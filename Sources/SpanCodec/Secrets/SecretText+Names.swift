/// Values that a name in front of them says to be secrets: `"password":"…"`, `api_key=…`, `Cookie: …`, in JSON, dumps of
/// headers, addresses, settings and code, however often quoted.
extension SecretText {
    /// How far a name goes at most on either side of the word that was found.
    private static let nameReach = 64
    /// How far the end of a value is looked for where the name alone does not decide.
    private static let valueReach = 512

    /// Whether `token` is part of `prompt_tokens`, `llm.token_count.prompt` or `time_to_first_token`, of which every span has
    /// some: what ``SecretName`` would find out, in little time.
    func isOfLanguage(_ start: Int, _ end: Int) -> Bool {
        if let next = byte(end), next.isLowerCase || stands("_count", at: end) { return true }
        return stands("first_", at: start - 6)
    }

    /// Whether what stands around a word may be a secret's name with a value behind it.
    func namedRaw(_ start: Int, _ end: Int) -> Range<Int>? {
        let name = name(around: start..<end)
        // A field's tag behind it may look like its last letter.
        let tag = bytes[name.upperBound - 1]
        guard separates(name.upperBound) || tag == UInt8(ascii: "J") || tag == UInt8(ascii: "2") else { return nil }
        return SecretName.secrecy(slice(name)) == nil ? nil : name
    }

    private func separates(_ at: Int) -> Bool {
        guard let next = byte(at) else { return true }
        return next == 0x20 ? isFollowed(at) : next < 0x20 || next.isQuote || "\\:=>]".utf8.contains(next)
    }

    /// Whether a separator stands behind blanks, or the name is an option of a command line.
    private func isFollowed(_ at: Int) -> Bool {
        var next = at
        while byte(next) == 0x20, next - at < 8 { next += 1 }
        if let byte = byte(next), byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=") { return true }
        let name = name(around: at - 1..<at)
        return stands("--", at: name.lowerBound)
    }

    private func name(around word: Range<Int>) -> Range<Int> {
        var start = word.lowerBound
        var end = word.upperBound
        while start > 0, word.lowerBound - start < Self.nameReach, isOfName(bytes[start - 1]) { start -= 1 }
        while end < bytes.count, end - word.upperBound < Self.nameReach, isOfName(bytes[end]) { end += 1 }
        return start..<end
    }

    private func isOfName(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// The value of the name around a word.
    func named(_ start: Int, _ end: Int) -> Range<Int>? {
        let name = name(around: start..<end)
        guard let place = place(after: name), let secrecy = SecretName.secrecy(slice(name)) else { return nil }
        if let open = openingQuote(place.value) {
            return quoted(open, after: place, secrecy)
        }
        return plain(after: place, secrecy)
    }

    /// How a value hangs on its name.
    private struct Place {
        var name: Range<Int>
        /// Where the value begins.
        var value: Int
        /// The name is quoted, as in JSON.
        var isQuoted: Bool
        /// `?name=value`, `;name=value`: nothing but a value can stand there.
        var isParameter: Bool
        /// `<name>value</name>`
        var isElement: Bool
        /// Only a comma between: an element of a list of pairs.
        var isPair: Bool
    }

    private func place(after name: Range<Int>) -> Place? {
        var at = name.upperBound
        let quote = openingQuote(at)
        if let quote { at = quote }
        if byte(at) == UInt8(ascii: "]") { at += 1 }
        while byte(at) == 0x20 || byte(at) == 0x09 { at += 1 }
        guard let separator = separator(at, name: name, isQuoted: quote != nil) else { return nil }
        at = separator.end
        while byte(at) == 0x20 || byte(at) == 0x09 { at += 1 }
        let before = name.lowerBound > 0 ? bytes[name.lowerBound - 1] : 0x0A
        let isTight = separator.sign == UInt8(ascii: "=") && at == name.upperBound + 1
        return Place(
            name: name, value: at, isQuoted: quote != nil,
            isParameter: isTight && "?&;".utf8.contains(before), isElement: separator.sign == UInt8(ascii: ">"),
            isPair: separator.sign == UInt8(ascii: ","))
    }

    /// The sign between name and value, and where it ends.
    private func separator(_ at: Int, name: Range<Int>, isQuoted: Bool) -> (sign: UInt8, end: Int)? {
        guard let sign = byte(at) else { return nil }
        switch sign {
        case UInt8(ascii: ":"):
            return (sign, byte(at + 1) == UInt8(ascii: "=") ? at + 2 : at + 1)
        case UInt8(ascii: "="):
            if byte(at + 1) == UInt8(ascii: "=") { return nil }
            return (sign, byte(at + 1) == UInt8(ascii: ">") ? at + 2 : at + 1)
        case UInt8(ascii: ">"):
            return name.lowerBound > 0 && bytes[name.lowerBound - 1] == UInt8(ascii: "<") ? (sign, at + 1) : nil
        case UInt8(ascii: ","): return isQuoted ? (sign, at + 1) : nil
        default:
            // An option of a command line: `--password …`
            return stands("--", at: name.lowerBound) && at > name.upperBound ? (0x20, at) : nil
        }
    }

    // MARK: Quoted values

    /// Where the text in a quote begins that opens here: `"`, `\"`, `\\\"`, `b'`.
    private func openingQuote(_ at: Int) -> Int? {
        var quote = at
        if let prefix = byte(quote), prefix | 0x20 == UInt8(ascii: "b"), let next = byte(quote + 1), next.isQuote {
            quote += 1
        }
        while byte(quote) == UInt8(ascii: "\\"), quote - at < 16 { quote += 1 }
        guard let sign = byte(quote), sign.isQuote else { return nil }
        return quote + 1
    }

    private func quoted(_ open: Int, after place: Place, _ secrecy: SecretName.Secrecy) -> Range<Int>? {
        // Where name and value are quoted the name decides, and the value is followed to its end.
        let isSure = place.isQuoted && !place.isPair && secrecy != .likely
        guard let end = closingQuote(open, within: isSure ? .max : Self.valueReach) else { return nil }
        let range = open..<end
        let value = slice(range)
        guard !SecretValue.isHollow(value), end > open else { return nil }
        if case .header = secrecy, let inner = afterScheme(range) { return inner }
        if isSure { return range.count < 200 && SecretValue.isAboutIt(value) ? nil : range }
        if secrecy == .likely { return SecretValue.looksLikeToken(value) ? range : nil }
        return !value.contains(0x20) && SecretValue.looksChosen(value) ? range : nil
    }

    /// The end of a quoted text; the end of all where its quote is missing. A quote inside it has more backslashes in
    /// front than the one it began with.
    private func closingQuote(_ open: Int, within reach: Int) -> Int? {
        let quote = bytes[open - 1]
        var level = 0
        while open - 2 - level >= 0, bytes[open - 2 - level] == UInt8(ascii: "\\") { level += 1 }
        var slashes = 0
        var at = open
        while at < bytes.count {
            if bytes[at] == quote, slashes % (2 * (level + 1)) == level { return at - level }
            slashes = bytes[at] == UInt8(ascii: "\\") ? slashes + 1 : 0
            at += 1
            if at - open > reach { return nil }
        }
        return at
    }

    /// What follows a scheme in a header's value: `Bearer …`, `AWS4-HMAC-SHA256 …`.
    private func afterScheme(_ value: Range<Int>) -> Range<Int>? {
        guard let blank = bytes[value].firstIndex(of: 0x20), blank - value.lowerBound <= 20,
            bytes[value.lowerBound..<blank].allSatisfy({ $0.isAlphanumeric || $0 == UInt8(ascii: "-") })
        else { return nil }
        let rest = blank + 1..<value.upperBound
        guard !rest.isEmpty, !SecretValue.isHollow(slice(rest)) else { return nil }
        return rest
    }

    // MARK: Values without quotes

    private func plain(after place: Place, _ secrecy: SecretName.Secrecy) -> Range<Int>? {
        if case .header = secrecy, !place.isPair { return headerLine(place) }
        let range = place.value..<plainEnd(place.value)
        let value = slice(range)
        guard !range.isEmpty, !SecretValue.isHollow(value) else { return nil }
        if place.isParameter || place.isElement {
            let isCall = value.contains { "({[".utf8.contains($0) }
            return range.count >= 4 && !isCall && (secrecy != .likely || SecretValue.looksLikeToken(value))
                ? range : nil
        }
        // A name in quotes and a value without: a number of JSON, or code.
        if place.isQuoted {
            return range.count >= 4 && secrecy == .certain && value.allSatisfy(\.isDigit) ? range : nil
        }
        guard SecretValue.looksChosen(value), !isCalled(range.upperBound) else { return nil }
        return range
    }

    private func isCalled(_ at: Int) -> Bool { byte(at).map { "([{".utf8.contains($0) } ?? false }

    private func plainEnd(_ start: Int) -> Int {
        var end = start
        while end < bytes.count, end - start < Self.valueReach, !endsPlain(bytes[end], end) { end += 1 }
        return end
    }

    private func endsPlain(_ byte: UInt8, _ at: Int) -> Bool {
        byte <= 0x20 || byte.isQuote || ",;&)]}<>|\\".utf8.contains(byte)
    }

    /// The value of a header in a dump: to the end of its line.
    private func headerLine(_ place: Place) -> Range<Int>? {
        var end = place.value
        while end < bytes.count, end - place.value < 8 * Self.valueReach, !endsLine(bytes[end]) { end += 1 }
        let range = place.value..<end
        guard !range.isEmpty else { return nil }
        let word = place.value..<plainEnd(place.value)
        if let rest = afterScheme(range) {
            let first = rest.lowerBound..<min(plainEnd(rest.lowerBound), end)
            let isLast = first.upperBound == end && first.count >= 12
            guard SecretValue.looksRandom(bytes[first]) && first.count >= 6 || isLast || isCookie(first) else {
                return nil
            }
            return isCookie(first) || first.upperBound == end ? rest : first
        }
        // A scheme and its token in an address; the scheme has a rule of its own.
        if find("%20", from: word.lowerBound, within: 16) != nil { return nil }
        if isCookie(word) { return range }
        return SecretValue.looksChosen(slice(word)) ? word : nil
    }

    /// Whether it is `name=value`, of which cookies and parameters of schemes are made.
    private func isCookie(_ range: Range<Int>) -> Bool {
        guard let sign = bytes[range].firstIndex(of: UInt8(ascii: "=")) else { return false }
        return sign > range.lowerBound && range.upperBound - sign > 4
            && bytes[range.lowerBound..<sign].allSatisfy { isOfName($0) }
    }

    private func endsLine(_ byte: UInt8) -> Bool {
        byte == 0x0A || byte == 0x0D || byte.isQuote || byte == UInt8(ascii: "\\")
    }
}
