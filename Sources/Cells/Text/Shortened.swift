/// Texts cut to a width.
public enum Shortened {
    /// An id with its middle left out: `sess…c123`. Ids of one app often begin alike, and UUIDs are told by either end.
    public static func middle(_ text: String, width: Int, ellipsis: String) -> String {
        guard width > 0, displayWidth(of: text) > width else { return text }
        guard width >= 8 else { return prefix(text, width: width - 1) + ellipsis }
        let tail = suffix(text, width: (width - 1) / 2)
        return prefix(text, width: width - 1 - displayWidth(of: tail)) + ellipsis + tail
    }

    /// A text with its end left out: `claude-sonn…`.
    public static func end(_ text: String, width: Int, ellipsis: String = Glyphs.unicode.ellipsis) -> String {
        displayWidth(of: text) <= width ? text : prefix(text, width: max(0, width - 1)) + ellipsis
    }

    /// A text that takes exactly so many columns: filled up with blanks, or with its end left out.
    public static func padded(_ text: String, width: Int, _ alignment: Alignment = .left) -> String {
        let short = end(text, width: max(0, width))
        let room = max(0, width - displayWidth(of: short))
        let before =
            switch alignment {
            case .left: 0
            case .right: room
            case .center: room / 2
            }
        return String(repeating: " ", count: before) + short + String(repeating: " ", count: room - before)
    }

    private static func prefix(_ text: some StringProtocol, width: Int) -> String {
        var result = ""
        var used = 0
        for character in text {
            used += displayWidth(of: character)
            if used > width { break }
            result.append(character)
        }
        return result
    }

    private static func suffix(_ text: String, width: Int) -> String {
        var kept: [Character] = []
        var used = 0
        for character in text.reversed() {
            used += displayWidth(of: character)
            if used > width { break }
            kept.append(character)
        }
        return String(kept.reversed())
    }
}
