/// Lines of styled text, wrapped to a width, of which a part is shown.
public struct TextView: Hashable, Sendable {
    /// The wrapped lines.
    public private(set) var lines: [StyledText]

    /// Wraps text to `width` columns; every styled text may hold line breaks.
    public init(_ texts: [StyledText], width: Int, indent: Int = 0) {
        lines = texts.flatMap { $0.wrapped(width: width, indent: indent) }
    }

    /// Draws the lines from `top` on into a rectangle.
    public func draw(into canvas: inout Canvas, in rect: Rect, from top: Int = 0) {
        canvas.draw(in: rect) { canvas in
            for row in 0..<canvas.height where lines.indices.contains(top + row) {
                canvas.write(lines[top + row], at: Point(x: 0, y: row))
            }
        }
    }
}

extension StyledText {
    /// Breaks styled text into lines as `wrap(_:width:)` does.
    public func wrapped(width: Int, indent: Int = 0) -> [StyledText] {
        guard runs.count != 1 else {
            return wrap(runs[0].text, width: width, indent: indent).map { StyledText($0, runs[0].style) }
        }
        var source = StyledReader(self)
        return wrap(plain, width: width, indent: indent).map { source.take($0) }
    }
}

/// Gives the characters of wrapped lines their styles back. Wrapping only drops, adds or replaces white space, so that the
/// other characters come in the same order.
private struct StyledReader {
    private let characters: [(Character, Style)]
    private var index = 0

    init(_ text: StyledText) {
        characters = text.runs.flatMap { run in run.text.map { ($0, run.style) } }
    }

    mutating func take(_ line: String) -> StyledText {
        var result = StyledText()
        for character in line {
            if character == " " {
                let style = index < characters.count ? characters[index].1 : result.runs.last?.style
                if index < characters.count, characters[index].0 == " " { index += 1 }
                add(character, style ?? Style(), to: &result)
                continue
            }
            while index < characters.count, characters[index].0 != character { index += 1 }
            add(character, index < characters.count ? characters[index].1 : Style(), to: &result)
            index += 1
        }
        return result
    }

    private func add(_ character: Character, _ style: Style, to text: inout StyledText) {
        if let last = text.runs.indices.last, text.runs[last].style == style {
            text.runs[last].text.append(character)
        } else {
            text.runs.append(StyledText.Run(String(character), style))
        }
    }
}
