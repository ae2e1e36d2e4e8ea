import Cells

/// Text on its way to a terminal without a grid.
enum DisplayText {
    /// The text with every control character, escape sequence and direction override shown instead of sent, on one line.
    static func harmless(_ text: String) -> String {
        harmlessText(text)
    }

    /// The columns a harmless text takes.
    static func width(_ text: String) -> Int {
        displayWidth(of: text)
    }

    /// A harmless text cut to so many columns, with an ellipsis where something is missing.
    static func cut(_ text: String, to columns: Int) -> String {
        if width(text) <= columns { return text }
        guard columns > 0 else { return "" }
        var kept = ""
        var used = 0
        for character in text {
            let width = displayWidth(of: character)
            if used + width > columns - 1 { break }
            kept.append(character)
            used += width
        }
        return kept + "…"
    }
}
