extension Key {
    /// The key of a Latin keyboard at the same place, for a letter of another script: commands are letters, and whoever writes
    /// Russian or Greek need not change the layout for each. `nil` for what is Latin already.
    public var onLatinLayout: Key? {
        guard case .character(let character) = code, let latin = Self.latin[character] else { return nil }
        return Key(.character(latin), modifiers)
    }

    private static let latin: [Character: Character] = {
        var twins: [Character: Character] = [:]
        for (letters, keys) in [
            // Russian, Ukrainian, Belarusian, Bulgarian (phonetic layouts send Latin positions as well).
            ("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"),
            ("ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ", "QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~"),
            ("іїєґў", "s]'\\o"), ("ІЇЄҐЎ", "S}\"|O"),
            // Greek.
            ("ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"),
            ("ΕΡΤΥΘΙΟΠΑΣΔΦΓΗΞΚΛΖΧΨΩΒΝΜ", "ERTYUIOPASDFGHJKLZXCVBNM"),
            // Hebrew has no capitals.
            ("קראטוןםפשדגכעיחלךזסבהנמצ", "ertyuiopasdfghjklzxcvbnm"),
        ] {
            for (letter, key) in zip(letters, keys) { twins[letter] = key }
        }
        return twins
    }()
}
