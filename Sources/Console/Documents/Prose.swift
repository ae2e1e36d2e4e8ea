import Cells
import Markdown

/// Lays out what a model or a person wrote.
enum Prose {
    /// What a text is taken for.
    enum Kind: Hashable, Sendable {
        /// Markdown, or JSON.
        case written
        /// What a program gave: JSON, or text whose signs mean nothing.
        case data
    }

    /// JSON that takes more lines is folded.
    static let longestJSON = 24

    /// The lines of a text.
    /// - Parameters:
    ///   - width: columns, the indent included.
    ///   - indent: columns of space before each line.
    static func lines(
        _ text: String, width: Int, indent: Int, role: Role = .text, kind: Kind = .written, reading: Reading = Reading()
    ) -> [TextLine] {
        let room = max(1, width - indent)
        if reading.isRaw { return plain(text, width: room, indent: indent, role: role) }
        let text = reading.isLong ? text : BinaryText.shortened(text)
        if let json = JSONLayout.lines(text, width: room, isRead: true) {
            let isLong = json.count > longestJSON && !reading.isLong
            let folded = isLong ? JSONLayout.lines(text, width: room, isFolded: true, isRead: true) ?? json : json
            return folded.map { $0.indented(by: indent) }
        }
        guard kind == .written else { return plain(text, width: room, indent: indent, role: role) }
        let lines = MarkdownLayout(width: room, role: role).lines(Markdown.parts(of: text))
        return lines.isEmpty ? [TextLine(indent: indent)] : lines.map { $0.indented(by: indent) }
    }

    private static func plain(_ text: String, width: Int, indent: Int, role: Role) -> [TextLine] {
        TextFlow.lines(text, width: width).map { TextLine(indent: indent, [.init($0, role)]) }
    }
}
