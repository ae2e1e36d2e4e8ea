import Cells
import TraceModel

/// Where in spans' content a text is that a filter looks for: what a list shows of each.
struct Snippets: Sendable {
    /// A piece of content around the first match.
    struct Snippet: Hashable, Sendable {
        var text: String
        /// Where the match is in it, in columns.
        var match: Range<Int>
    }

    var loader = Loader(slot: LiveScreen.Slot.snippets)
    /// `nil` for a span whose content does not hold the text: one of its fields does.
    private var known: [SpanKey: Snippet?] = [:]

    /// More than anybody scrolls past are not kept.
    private static let most = 2000

    func knows(_ key: SpanKey) -> Bool { known[key] != nil }

    subscript(key: SpanKey) -> Snippet? { known[key] ?? nil }

    mutating func put(_ spans: [LoadedSpan], sought: String) {
        if known.count > Self.most { known = [:] }
        for span in spans { known[span.stored.span.key] = .some(Snippet(of: span.detail, sought)) }
    }
}

extension Snippets.Snippet {
    /// Columns before the match.
    private static let before = 12
    /// Longer than any row.
    private static let length = 200

    /// The first place in what was said; `nil` where there is none.
    init?(of detail: SpanDetail, _ sought: String) {
        guard let snippet = Self.snippet(of: detail, sought) else { return nil }
        self = snippet
    }

    /// Draws it into a row, in the place of what stands there.
    func draw(into canvas: inout Canvas, in room: Rect, _ scene: Scene) {
        let blank = String(repeating: " ", count: room.width)
        canvas.write(blank, at: Point(x: room.x, y: room.y), scene[.text], maxWidth: room.width)
        canvas.write(text, at: Point(x: room.x, y: room.y), scene[.text], maxWidth: room.width, overflow: .ellipsis)
        let match = match.clamped(to: 0..<room.width)
        guard !match.isEmpty else { return }
        canvas.tint(Rect(x: room.x + match.lowerBound, y: room.y, width: match.count, height: 1), scene[.match])
    }

    private static func snippet(of detail: SpanDetail, _ sought: String) -> Self? {
        for content in [detail.output, detail.input] {
            for text in content.texts {
                for line in paragraphs(of: text) {
                    if let snippet = snippet(in: String(line), sought) { return snippet }
                }
            }
        }
        return nil
    }

    private static func snippet(in line: String, _ sought: String) -> Self? {
        guard let match = TextSearch.columns(of: sought, in: line, first: true).first else { return nil }
        var column = 0
        var start = line.startIndex
        while start < line.endIndex, column < match.lowerBound - before {
            column += displayWidth(of: line[start])
            start = line.index(after: start)
        }
        let text = String(line[start...].prefix(length))
        return Self(text: text, match: match.lowerBound - column..<match.upperBound - column)
    }
}

extension CapturedContent {
    /// The texts in it, one after the other.
    fileprivate var texts: [String] {
        switch self {
        case .notCaptured: []
        case .value(let text): [text]
        case .messages(let messages):
            messages.flatMap(\.parts).compactMap { part in
                switch part {
                case .text(let text), .toolResult(_, _, let text): text
                default: nil
                }
            }
        }
    }
}
