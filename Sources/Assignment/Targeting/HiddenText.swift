import OrderedJSON
@_spi(_Unicode) import Swift

/// What of a text the eye does not see: spaces at its ends or of another kind, characters without width, accents written
/// as characters of their own, letters of another script. Targeting compares bytes, so each of them decides.
public enum HiddenText {
    /// What of a text cannot be seen, in words: `é as two characters`, `a space at its end`.
    public static func features(of text: String) -> [String] {
        features(of: text, namesForeignLetters: isMixed(text))
    }

    /// Why a text that looks like another is not the same; `nil` where they are the same, or differ visibly.
    ///
    /// - Parameters:
    ///   - seen: the value that came.
    ///   - wanted: the value that it is compared with.
    public static func difference(seen: String, wanted: String) -> String? {
        guard !seen.hasSameUTF8(as: wanted), skeleton(seen) == skeleton(wanted) else { return nil }
        let ofSeen = features(of: seen, namesForeignLetters: true)
        let ofWanted = features(of: wanted, namesForeignLetters: true)
        let only = ofSeen.filter { !ofWanted.contains($0) }
        if !only.isEmpty { return "it looks the same, and has \(only.joined(separator: ", "))" }
        let other = ofWanted.filter { !ofSeen.contains($0) }
        return "it looks the same, and the rule has \((other.isEmpty ? ofWanted : other).joined(separator: ", "))"
    }

    private static func features(of text: String, namesForeignLetters: Bool) -> [String] {
        var features: [String] = []
        func add(_ feature: String) {
            if !features.contains(feature), features.count < most { features.append(feature) }
        }
        let scalars = text.unicodeScalars
        if let first = scalars.first, first.isPlainSpace { add("a space at its start") }
        if scalars.count > 1, let last = scalars.last, last.isPlainSpace { add("a space at its end") }
        for scalar in scalars where scalar.value >= 0x80 {
            if scalar.hasNoWidth {
                add("a character without width (\(scalar.code))")
            } else if scalar.properties.isWhitespace {
                add(scalar.value == 0xA0 ? "a no-break space" : "an unusual space (\(scalar.code))")
            } else if namesForeignLetters, let latin = latin(scalar) {
                add("\(scalar.script) \(scalar) (\(scalar.code)) for \(latin)")
            }
        }
        for character in text where character.unicodeScalars.count > 1 && character != "\r\n" {
            let composed = String(character)._nfc.reduce(into: 0) { count, _ in count += 1 }
            if composed < character.unicodeScalars.count, !character.unicodeScalars.contains(where: \.hasNoWidth) {
                add("\(character) as \(character.unicodeScalars.count == 2 ? "two" : "several") characters")
            }
        }
        return features
    }

    /// More are not named: one is enough to look for the rest.
    private static let most = 4

    /// What a text looks like: without what has no width, with plain spaces between words, with Latin letters for those
    /// that look like them, composed.
    static func skeleton(_ text: String) -> [UInt8] {
        var shown = ""
        var isSpace = true
        for scalar in text.unicodeScalars where !scalar.hasNoWidth {
            if scalar.properties.isWhitespace {
                if !isSpace { shown += " " }
                isSpace = true
            } else {
                shown.unicodeScalars.append(latin(scalar) ?? scalar)
                isSpace = false
            }
        }
        if isSpace, !shown.isEmpty { shown.removeLast() }
        var bytes: [UInt8] = []
        for scalar in shown._nfc { bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter }
        return bytes
    }

    /// Whether letters of Latin stand in one word with letters that only look so.
    private static func isMixed(_ text: String) -> Bool {
        text.unicodeScalars.split { !$0.properties.isAlphabetic }.contains { word in
            word.contains { ("a"..."z").contains($0) || ("A"..."Z").contains($0) } && word.contains { latin($0) != nil }
        }
    }

    private static func latin(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        guard scalar.value > 0x300 else { return nil }
        // The letters of full width are those of ASCII in their order.
        if (0xFF01...0xFF5E).contains(scalar.value) { return Unicode.Scalar(scalar.value - 0xFEE0) }
        return lookAlikes[scalar]
    }

    private static let lookAlikes: [Unicode.Scalar: Unicode.Scalar] = {
        let foreign = "аеорсухіјѕһԁԛԝАВЕЗІЈКМНОРСТУХЅαοντυρχικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
        let latin = "aeopcyxijshdqwABE3IJKMHOPCTYXSaovtupxikABEZHIKMNOPTYX"
        return Dictionary(zip(foreign.unicodeScalars, latin.unicodeScalars)) { first, _ in first }
    }()
}

extension Unicode.Scalar {
    fileprivate var isPlainSpace: Bool { value < 0x80 && properties.isWhitespace }

    fileprivate var code: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    fileprivate var script: String {
        switch value {
        case 0x370...0x3FF: "Greek"
        case 0x400...0x52F: "Cyrillic"
        default: "full-width"
        }
    }

    /// Joiners between the parts of an emoji have none either, and are meant.
    fileprivate var hasNoWidth: Bool {
        switch value {
        case 0xAD, 0x180E, 0x200B, 0x200C, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF, 0xE0000...0xE007F:
            true
        default: false
        }
    }
}

extension Condition {
    /// Why a value that looks as if it fulfilled the condition does not; `nil` where it does not look so.
    public func hiddenDifference(to seen: String) -> String? {
        let wanted: [String] =
            switch operand {
            case .text(let text): [text]
            case .texts(let texts): texts
            case .other: []
            }
        switch self.operator {
        case .equal, .oneOf:
            return wanted.lazy.compactMap { HiddenText.difference(seen: seen, wanted: $0) }.first
        case .contains, .startsWith, .endsWith:
            guard let text = wanted.first, looksFulfilled(by: seen, text) else { return nil }
            let features = HiddenText.features(of: seen)
            guard features.isEmpty else { return "it looks so, and has \(features.joined(separator: ", "))" }
            let ofRule = HiddenText.features(of: text)
            return
                "it looks so, and the rule has \((ofRule.isEmpty ? ["other characters"] : ofRule).joined(separator: ", "))"
        case .notEqual, .noneOf, nil: return nil
        }
    }

    private func looksFulfilled(by seen: String, _ text: String) -> Bool {
        let (shown, wanted) = (HiddenText.skeleton(seen), HiddenText.skeleton(text))
        guard !wanted.isEmpty, wanted.count <= shown.count else { return false }
        return switch self.operator {
        case .startsWith: shown.starts(with: wanted)
        case .endsWith: shown.suffix(wanted.count).elementsEqual(wanted)
        default: (0...shown.count - wanted.count).contains { shown[$0...].starts(with: wanted) }
        }
    }

    /// The field of a context that looks like the condition's and is another one, and what tells them apart.
    public func lookAlike(in context: EvaluationContext) -> (name: String, difference: String)? {
        guard let field else { return nil }
        for entry in context.entries {
            if let difference = HiddenText.difference(seen: entry.name, wanted: field) {
                return (entry.name, difference)
            }
        }
        return nil
    }

    /// What of the condition's field and values cannot be seen, each with the text it is in.
    var hiddenFeatures: [String] {
        let texts: [String] =
            switch operand {
            case .text(let text): [text]
            case .texts(let texts): texts
            case .other: []
            }
        return ([field].compactMap { $0 } + texts).flatMap { text in
            HiddenText.features(of: text).map { "\(JSONValue.string(text).compactText) has \($0)" }
        }
    }
}
