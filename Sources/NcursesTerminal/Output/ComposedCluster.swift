/// Wide characters whose marks terminals lose or put beside them, as one scalar where Unicode has one that is canonically the
/// same: syllables of Hangul written as jamo and kana with a separate voicing mark, as file names of a Mac have them.
enum ComposedCluster {
    static func scalars(of text: String) -> [Unicode.Scalar] {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count > 1, let composed = hangul(scalars) ?? kana(scalars) else { return scalars }
        // Unicode's own rule of what is the same, so that nothing else is ever put in a character's place.
        return String(Character(composed)) == text ? [composed] : scalars
    }

    /// The syllable of a leading, a vowel and perhaps a trailing jamo (Unicode, chapter 3.12).
    private static func hangul(_ scalars: [Unicode.Scalar]) -> Unicode.Scalar? {
        let values = scalars.map(\.value)
        guard values.count <= 3, (0x1100..<0x1113).contains(values[0]), (0x1161..<0x1176).contains(values[1]) else {
            return nil
        }
        let trailing = values.count == 3 ? values[2] &- 0x11A7 : 0
        guard trailing < 28 else { return nil }
        return Unicode.Scalar(0xAC00 + ((values[0] - 0x1100) * 21 + values[1] - 0x1161) * 28 + trailing)
    }

    /// Voiced kana stand after the plain ones, but for a few.
    private static func kana(_ scalars: [Unicode.Scalar]) -> Unicode.Scalar? {
        guard scalars.count == 2, [0x3099, 0x309A].contains(scalars[1].value) else { return nil }
        let base = scalars[0].value
        let text = String(String.UnicodeScalarView(scalars))
        return [base + 1, base + 2, base + 0x4E, base + 8].lazy.compactMap(Unicode.Scalar.init)
            .first { String(Character($0)) == text }
    }
}
