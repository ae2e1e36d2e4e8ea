/// Breaks text into lines of at most `width` columns.
///
/// Lines break after spaces and hyphens and between ideographs; a word longer than a line is broken between characters.
/// Line breaks of the text are kept, tabs become spaces up to the next multiple of `tab`. Lines carry no trailing space
/// from a break. At least one line comes back; with a width below 2 a wide character gets a line of its own.
/// - Parameter indent: columns of space put before each line but the first of a paragraph, taken from `width`.
public func wrap(_ text: some StringProtocol, width: Int, indent: Int = 0, tab: Int = 4) -> [String] {
    var lines: [String] = []
    for paragraph in paragraphs(of: text) {
        var wrapper = LineWrapper(width: max(1, width), indent: max(0, min(indent, width - 8)), tab: max(1, tab))
        for character in paragraph { wrapper.add(character) }
        lines += wrapper.finish()
    }
    return lines
}

/// The lines of a text as its own line breaks make them (LF, CR LF, CR, U+2028, U+2029, U+0085); one empty line for "".
public func paragraphs<Text: StringProtocol>(of text: Text) -> [Text.SubSequence] {
    text.split(omittingEmptySubsequences: false) { character in
        switch character {
        case "\n", "\r\n", "\r", "\u{2028}", "\u{2029}", "\u{85}": return true
        default: return false
        }
    }
}

/// Fills lines character by character; what came since the last place to break is kept apart.
private struct LineWrapper {
    let width: Int
    let indent: Int
    let tab: Int
    private var lines: [String] = []
    /// Up to the last place to break, with its trailing spaces.
    private var line = ""
    private var lineWidth = 0
    /// Trailing spaces of `line`.
    private var spaces = 0
    private var word = ""
    private var wordWidth = 0
    private var endsWithIdeograph = false

    init(width: Int, indent: Int, tab: Int) {
        self.width = width
        self.indent = indent
        self.tab = tab
    }

    mutating func add(_ character: Character) {
        if character == " " || character == "\t" {
            commitWord()
            let column = lineWidth
            let count = character == " " ? 1 : tab - column % tab
            line += String(repeating: " ", count: count)
            lineWidth += count
            spaces += count
            return
        }
        let columns = displayWidth(of: character)
        let isIdeograph = columns == 2
        if isIdeograph && !isClosing(character) || endsWithIdeograph && !isClosing(character) { commitWord() }
        if lineWidth + wordWidth + columns > width { makeRoom(for: columns) }
        word.append(character)
        wordWidth += columns
        endsWithIdeograph = isIdeograph
        if character == "-" || character == "/" { commitWord() }
    }

    mutating func finish() -> [String] {
        commitWord()
        // A line of nothing but spaces that stuck out stays empty; spaces at the end are no text.
        lines.append(trimmed(line))
        return lines
    }

    /// Punctuation that must not begin a line.
    private func isClosing(_ character: Character) -> Bool {
        "、。，．！？：；）」』】〉》〕".contains(character)
    }

    private mutating func commitWord() {
        guard !word.isEmpty else { return }
        line += word
        lineWidth += wordWidth
        spaces = 0
        word = ""
        wordWidth = 0
        endsWithIdeograph = false
    }

    private mutating func makeRoom(for columns: Int) {
        if lineWidth > spaces || lines.isEmpty && lineWidth > 0 && lineWidth >= width { breakLine() }
        if lineWidth + wordWidth + columns > width {
            // The word alone is too long: break it here.
            commitWord()
            if lineWidth > 0 { breakLine() }
        }
    }

    private mutating func breakLine() {
        lines.append(trimmed(line))
        line = String(repeating: " ", count: indent)
        lineWidth = indent
        spaces = indent
    }

    private func trimmed(_ text: String) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }
}
