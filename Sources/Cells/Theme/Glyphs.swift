/// The signs screens are drawn with, for terminals with UTF-8 and, as ASCII twins, for those without.
///
/// Every sign takes one column in both sets, so that a layout does not depend on the set.
public struct Glyphs: Hashable, Sendable {
    /// Lines of panes.
    public var horizontal: String
    /// │
    public var vertical: String
    /// Corner ┌
    public var topLeft: String
    /// Corner ┐
    public var topRight: String
    /// Corner └
    public var bottomLeft: String
    /// Corner ┘
    public var bottomRight: String
    /// Joint ├, also a branch of a tree.
    public var teeRight: String
    /// Joint ┤
    public var teeLeft: String
    /// Joint ┬
    public var teeDown: String
    /// Joint ┴
    public var teeUp: String
    /// Crossing ┼
    public var cross: String
    /// Last branch of a tree └
    public var lastBranch: String
    /// A bar's line ━
    public var bar: String
    /// A bar's line for the part that waits, told apart without colour.
    public var waitingBar: String
    /// Rest of a bar's track ·
    public var track: String
    /// Full block █
    public var block: String
    /// Fills that differ without colour, the full block first.
    public var shades: [String]
    /// Heights of a sparkline, lowest first: eight.
    public var heights: [String]
    /// Left parts of a cell in eighths, 1/8 … 8/8; ASCII has two.
    public var eighths: [String]
    /// The mark of the selected row ▎
    public var marker: String
    /// A state that is on ●
    public var dot: String
    /// A state that is off ○
    public var ring: String
    /// Failure ✗
    public var failure: String
    /// Success ✓
    public var check: String
    /// Warning ▲
    public var warning: String
    /// Followed, unfolded ▼
    public var down: String
    /// Folded ▸
    public var folded: String
    /// Unfolded ▾
    public var unfolded: String
    /// From … to →
    public var arrow: String
    /// Text cut off …
    public var ellipsis: String
    /// Between words of a title ·
    public var separator: String
    /// Nothing –
    public var none: String
    /// ↑
    public var arrowUp: String
    /// ↓
    public var arrowDown: String
    /// ←
    public var arrowLeft: String
    /// →
    public var arrowRight: String
    /// Moved ↕
    public var moved: String
    /// Scroll bar's thumb ┃
    public var thumb: String
    /// A call in flight, frame after frame.
    public var spinner: [String]

    /// Whether these are ASCII only.
    public let isASCII: Bool

    /// The set for UTF-8.
    public static let unicode = Glyphs(
        horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘", teeRight: "├",
        teeLeft: "┤", teeDown: "┬", teeUp: "┴", cross: "┼", lastBranch: "└", bar: "━", waitingBar: "─", track: "·",
        block: "█", shades: ["█", "▒", "▓", "░"], heights: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        eighths: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
        marker: "▎", dot: "●", ring: "○", failure: "✗", check: "✓", warning: "▲", down: "▼", folded: "▸", unfolded: "▾",
        arrow: "→", ellipsis: "…", separator: "·", none: "–", arrowUp: "↑", arrowDown: "↓", arrowLeft: "←",
        arrowRight: "→", moved: "↕", thumb: "┃", spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
        isASCII: false)

    /// The ASCII twins.
    public static let ascii = Glyphs(
        horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+", teeRight: "+",
        teeLeft: "+", teeDown: "+", teeUp: "+", cross: "+", lastBranch: "`", bar: "=", waitingBar: "-", track: ".",
        block: "#", shades: ["#", "-", "=", "."], heights: ["_", "_", ".", ".", "-", "-", "=", "#"],
        eighths: [" ", " ", " ", "#", "#", "#", "#", "#"],
        marker: ">", dot: "*", ring: "o", failure: "x", check: "v", warning: "!", down: "v", folded: ">", unfolded: "v",
        arrow: ">", ellipsis: "~", separator: "-", none: "-", arrowUp: "^", arrowDown: "v", arrowLeft: "<",
        arrowRight: ">", moved: "%", thumb: "#", spinner: ["|", "/", "-", "\\"], isASCII: true)

    /// The ASCII twin of a character of the Unicode set, `nil` for others. A terminal without UTF-8 shows it instead.
    public static func asciiTwin(of text: String) -> String? { twins[text] }

    private static let twins: [String: String] = {
        var twins: [String: String] = [
            "↵": "\\", "␛": "^", "“": "\"", "”": "\"", "‘": "'", "’": "'", "—": "-", "•": "*", "×": "x",
            "\u{2194}": "-",
        ]
        let pairs = zip(unicode.all, ascii.all)
        for (sign, twin) in pairs where twins[sign] == nil { twins[sign] = twin }
        return twins
    }()

    private var all: [String] {
        [
            horizontal, vertical, topLeft, topRight, bottomLeft, bottomRight, teeRight, teeLeft, teeDown, teeUp, cross,
            bar, waitingBar, track, block, marker, dot, ring, failure, check, warning, down, folded, unfolded, arrow,
            ellipsis, none, arrowUp, arrowDown, arrowLeft, moved, thumb,
        ] + shades + heights + eighths
    }
}
