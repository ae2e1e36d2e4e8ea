extension Key {
    private static let names: [(name: String, code: Code)] = [
        ("Enter", .enter), ("Tab", .tab), ("BTab", .backTab), ("Esc", .escape), ("BSpace", .backspace),
        ("Del", .delete),
        ("Ins", .insert), ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right), ("Home", .home),
        ("End", .end), ("PgUp", .pageUp), ("PgDn", .pageDown), ("Space", .character(" ")),
    ]

    /// Reads a key's notation: `x`, `C-d`, `M-x`, `C-M-x`, `S-Up`, `Enter`, `F5`, `Space`; `nil` for anything else.
    /// Names are read in any case; modifiers are upper case and come first, in any order.
    public init?(_ notation: String) {
        var rest = Substring(notation)
        var modifiers: Modifiers = []
        while rest.count > 2, rest.dropFirst().first == "-", let letter = rest.first {
            switch letter {
            case "C": modifiers.insert(.control)
            case "M": modifiers.insert(.alt)
            case "S": modifiers.insert(.shift)
            default: return nil
            }
            rest = rest.dropFirst(2)
        }
        guard let code = Key.code(named: rest) else { return nil }
        if case .character(let character) = code, modifiers.contains(.control) {
            self.init(.character(Character(character.lowercased())), modifiers)
        } else {
            self.init(code, modifiers)
        }
    }

    private static func code(named name: Substring) -> Code? {
        if name.count == 1, let character = name.first { return .character(character) }
        let lower = name.lowercased()
        if let known = names.first(where: { $0.name.lowercased() == lower }) { return known.code }
        guard lower.first == "f", let number = Int(lower.dropFirst()), (1...12).contains(number) else { return nil }
        return .function(number)
    }
}

extension Key: CustomStringConvertible {
    /// The notation that `init(_:)` reads.
    public var description: String {
        var text = ""
        if modifiers.contains(.control) { text += "C-" }
        if modifiers.contains(.alt) { text += "M-" }
        if modifiers.contains(.shift) { text += "S-" }
        switch code {
        case .function(let number): text += "F\(number)"
        case .character(let character) where character != " ": text.append(character)
        default: text += Key.names.first { $0.code == code }?.name ?? "?"
        }
        return text
    }

    /// How a hint line shows it: arrows as signs where the glyphs have them, else the notation.
    public func label(_ glyphs: Glyphs) -> String {
        guard modifiers.isEmpty else { return description }
        switch code {
        case .up: return glyphs.arrowUp
        case .down: return glyphs.arrowDown
        case .left: return glyphs.arrowLeft
        case .right: return glyphs.arrowRight
        default: return description
        }
    }
}
