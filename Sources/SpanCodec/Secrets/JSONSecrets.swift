import OrderedJSON

/// Masks a JSON text in place, string by string: what names say to be secrets, and what looks like one in any text, be it
/// a value, a name or JSON in a string. Escapes are undone to look, so that `sk\u002d…` is seen.
struct JSONSecrets {
    private let scanner: SecretScanner
    private let bytes: UnsafeMutableRawBufferPointer
    private let nesting: Int
    private let hunt: SecretHunt
    private var json: JSONScanner
    private var tally = SecretTally()
    /// Strings of values whose name has not come yet (`{"value":…,"key":…}`); kept while there is such an object.
    private var undecided: [Range<Int>] = []
    private var openPairs = 0

    init(
        _ scanner: SecretScanner, _ bytes: UnsafeMutableRawBufferPointer, nesting: Int = 0, hunt: SecretHunt = .all
    ) {
        self.scanner = scanner
        self.bytes = bytes
        self.nesting = nesting
        self.hunt = hunt
        json = JSONScanner(UnsafeRawBufferPointer(bytes), maxDepth: 256, allowsLoneSurrogates: true)
    }

    /// Masks everything; says what was found. Where the text is no JSON, it is text from there on.
    mutating func maskWhole() -> SecretTally {
        do {
            repeat { try walk(nil) } while try hasMore()
        } catch {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[min(json.position, bytes.count)...])
            if nesting == 0 { tally.add(hunt.mask(rest, with: scanner, nesting: .max)) }
        }
        return tally
    }

    private mutating func hasMore() throws(JSONError) -> Bool {
        json.skipSpace()
        return json.position < bytes.count
    }

    private mutating func walk(_ secrecy: SecretName.Secrecy?) throws(JSONError) {
        switch try json.peek() {
        case .string: take(try json.string(), secrecy)
        case .array:
            guard try json.beginArray() else { return }
            repeat { try walk(secrecy) } while try json.nextElement()
        case .object: try walkObject(secrecy)
        case .number:
            let start = json.position
            _ = try json.number()
            if case .certain = secrecy { maskNumber(start..<json.position) }
        default: try json.skipValue()
        }
    }

    private mutating func walkObject(_ inherited: SecretName.Secrecy?) throws(JSONError) {
        guard try json.beginObject() else { return }
        // The name in a pair of name and value, and where strings of its value begin that came before it.
        var paired: SecretName.Secrecy?
        var early: Int?
        repeat {
            let name = try json.memberName()
            let kind = try json.peek()
            let named = name.withUnescaped { scanner.secrecy($0) }
            // The name before the colon: the scanner stands behind it.
            look(through: name)
            if kind == .string, isPairName(name) {
                let text = try json.string()
                paired = paired ?? text.withUnescaped { scanner.secrecy($0) }
                take(text, name.equals("key") ? nil : inherited)
            } else if isPairValue(name), inherited == nil {
                if paired == nil { early = undecided.count }
                try walkPairValue(paired, isDecided: paired != nil)
            } else {
                try walkNamed(name, kind, inherited, named)
            }
        } while try json.nextMember()
        if let early { decide(paired, from: early) }
    }

    private mutating func walkNamed(
        _ name: JSONText, _ kind: JSONScanner.Kind, _ inherited: SecretName.Secrecy?, _ named: SecretName.Secrecy?
    ) throws(JSONError) {
        if kind == .string, name.equals("bytesValue") || name.equals("bytes_value") {
            return takeBytes(try json.string(), inherited)
        }
        var secrecy = inherited ?? named
        if inherited == nil, named != nil, kind == .object, isSchema() { secrecy = nil }
        try walk(secrecy)
    }

    /// `{"key":…,"value":…}` of OTLP, `{"name":…,"value":…}` of dumps of headers.
    private func isPairName(_ name: JSONText) -> Bool {
        name.equals("key") || name.equals("name") || name.equals("Key") || name.equals("Name") || name.equals("header")
    }

    private func isPairValue(_ name: JSONText) -> Bool { name.equals("value") || name.equals("Value") }

    private mutating func walkPairValue(_ paired: SecretName.Secrecy?, isDecided: Bool) throws(JSONError) {
        if isDecided { return try walk(paired) }
        openPairs += 1
        defer { openPairs -= 1 }
        try walk(nil)
    }

    /// The name of a pair has come, or there is none: masks its value if that is a secret.
    private mutating func decide(_ paired: SecretName.Secrecy?, from early: Int) {
        if let paired {
            for range in undecided[early...] { mask(range, paired) }
            undecided.removeSubrange(early...)
        } else if openPairs == 0 {
            undecided.removeSubrange(early...)
        }
    }

    /// Whether the object that comes describes the secret (`{"type":"string","description":…}`) instead of being it.
    private func isSchema() -> Bool {
        let end = min(bytes.count, json.position + 4096)
        // From here on and not from the start: an error's place is counted from the first byte.
        var ahead = JSONScanner(
            UnsafeRawBufferPointer(rebasing: bytes[json.position..<end]), maxDepth: 256, allowsLoneSurrogates: true)
        do {
            guard try ahead.beginObject() else { return false }
            repeat {
                let name = try ahead.memberName()
                if Self.schemaMembers.contains(where: { name.equals($0) }) { return true }
                try ahead.skipValue()
            } while try ahead.nextMember()
        } catch {}  // It goes on too long to be looked through.
        return false
    }

    private static let schemaMembers: [StaticString] = [
        "type", "$ref", "anyOf", "oneOf", "allOf", "description", "enum",
    ]

    // MARK: Strings

    /// Where a string stands that was just read, or a name.
    private func range(_ text: JSONText) -> Range<Int> {
        guard let start = text.raw.baseAddress, let base = bytes.baseAddress else { return 0..<0 }
        let offset = start - UnsafeRawPointer(base)
        return offset..<offset + text.raw.count
    }

    private mutating func take(_ text: JSONText, _ secrecy: SecretName.Secrecy? = nil) {
        let range = range(text)
        if openPairs > 0 { undecided.append(range) }
        if let secrecy { mask(range, secrecy) }
        look(through: text)
    }

    private mutating func look(through text: JSONText) {
        let range = range(text)
        if text.hasEscapes { return maskEscaped(range) }
        tally.add(hunt.mask(UnsafeMutableRawBufferPointer(rebasing: bytes[range]), with: scanner, nesting: nesting))
    }

    private mutating func mask(_ range: Range<Int>, _ secrecy: SecretName.Secrecy) {
        guard hunt == .all else { return }
        let text = JSONText(validated: UnsafeRawBufferPointer(rebasing: bytes[range]), hasEscapes: true)
        let isSecret = text.withUnescaped { SecretValue.isSecret($0, secrecy) }
        if isSecret, SecretMask.cover(range, in: bytes) { tally.count += 1 }
    }

    /// Looks through a string with escapes: what it stands for is masked, then the letters it is written with.
    private mutating func maskEscaped(_ range: Range<Int>) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 1)
        defer { room.deallocate() }
        let raw = UnsafeRawBufferPointer(rebasing: bytes[range])
        let length = JSONText(validated: raw, hasEscapes: true).unescape(into: room)
        let plain = UnsafeMutableRawBufferPointer(rebasing: room[..<length])
        let found = hunt.mask(plain, with: scanner, nesting: nesting)
        guard found.count > 0 else { return }
        tally.add(found)
        copyBack(plain, to: range)
    }

    /// Writes what was masked in the unescaped text to where it is written with escapes.
    private func copyBack(_ plain: UnsafeMutableRawBufferPointer, to range: Range<Int>) {
        var at = range.lowerBound
        var read = 0
        while at < range.upperBound, read < plain.count {
            let length = escapeLength(at)
            if length == 1 {
                bytes[at] = plain[read]
                at += 1
                read += 1
                continue
            }
            let unit = JSONText(validated: UnsafeRawBufferPointer(rebasing: bytes[at..<at + length]), hasEscapes: true)
            let size = unit.withUnescaped { original in
                let masked = plain[read..<read + original.count]
                return original.elementsEqual(masked) ? original.count : -original.count
            }
            if size < 0 { SecretMask.cover(at..<at + length, in: bytes) }
            at += length
            read += abs(size)
        }
    }

    /// How many bytes a letter of a string takes: an escape, both halves of a surrogate pair, or one byte.
    private func escapeLength(_ at: Int) -> Int {
        guard bytes[at] == UInt8(ascii: "\\") else { return 1 }
        guard bytes[at + 1] == UInt8(ascii: "u") else { return 2 }
        let isHigh = bytes[at + 2] | 0x20 == UInt8(ascii: "d") && "89abAB".utf8.contains(bytes[at + 3])
        guard isHigh, at + 12 <= bytes.count, bytes[at + 6] == UInt8(ascii: "\\"), bytes[at + 7] == UInt8(ascii: "u"),
            bytes[at + 8] | 0x20 == UInt8(ascii: "d"), "cdefCDEF".utf8.contains(bytes[at + 9])
        else { return 6 }
        return 12
    }

    /// Bytes written as Base64.
    private mutating func takeBytes(_ text: JSONText, _ secrecy: SecretName.Secrecy?) {
        let range = range(text)
        if openPairs > 0 { undecided.append(range) }
        if let secrecy { mask(range, secrecy) }
        guard var decoded = Base64Text.decode(text.string) else { return }
        let found = decoded.withUnsafeMutableBytes { hunt.mask($0, with: scanner, nesting: nesting) }
        guard found.count > 0 else { return }
        tally.add(found)
        let encoded = Array(Base64Text.encode(decoded).utf8)
        guard encoded.count == range.count else {
            // Without padding, or with escapes: nothing of it is kept.
            SecretMask.cover(range, in: bytes)
            return
        }
        for (offset, letter) in encoded.enumerated() { bytes[range.lowerBound + offset] = letter }
    }

    /// A number of four digits or more becomes one that says nothing; it stays a number.
    private mutating func maskNumber(_ range: Range<Int>) {
        guard hunt == .all, range.count >= 4, bytes[range].allSatisfy(\.isDigit) else { return }
        for index in range { bytes[index] = UInt8(ascii: index == range.lowerBound ? "1" : "0") }
        tally.count += 1
    }
}

/// What is looked for in each text.
enum SecretHunt {
    /// All that is known.
    case all
    /// What stands beside the id of an AWS key.
    case companions

    func mask(_ bytes: UnsafeMutableRawBufferPointer, with scanner: SecretScanner, nesting: Int) -> SecretTally {
        switch self {
        case .all: scanner.mask(bytes, nesting: nesting)
        case .companions: SecretTally(count: scanner.maskCompanions(bytes))
        }
    }
}
