/// Reads a style as theme files write it: `[FOREGROUND] [on BACKGROUND] [bold] …`.
enum StyleNotation {
    struct Mistake: Error, Equatable {
        var message: String
    }

    private static let attributes: [Substring: Style.Attributes] = [
        "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
    ]

    /// Words that mean something of their own.
    static let reserved: Set<String> = ["on", "default", "bold", "dim", "italic", "underline", "reverse"]

    static func parse(_ text: String, palette: [String: Color]) -> Result<Style, Mistake> {
        var style = Style()
        var hasForeground = false
        var words = text.split(separator: " ")[...]
        while let word = words.popFirst() {
            if let attribute = attributes[word] {
                style.attributes.insert(attribute)
                continue
            }
            let isBackground = word == "on"
            guard let name = isBackground ? words.popFirst() : word else {
                return .failure(Mistake(message: "a colour is missing after \"on\""))
            }
            guard let color = color(name, palette) else {
                return .failure(
                    Mistake(
                        message: "\"\(name)\" is no colour of the palette, no #rrggbb, and none of bold, dim, italic, "
                            + "underline, reverse"))
            }
            if isBackground {
                style.background = color
            } else if hasForeground {
                return .failure(Mistake(message: "has two foregrounds; write the background as \"on \(name)\""))
            } else {
                style.foreground = color
                hasForeground = true
            }
        }
        return .success(style)
    }

    /// A colour; `default` is the terminal's own, so it is found and is `nil`.
    private static func color(_ name: Substring, _ palette: [String: Color]) -> Color?? {
        if name == "default" { return .some(nil) }
        return (Color(hex: name) ?? palette[String(name)]).map { .some($0) }
    }
}
