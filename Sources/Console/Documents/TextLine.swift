import Cells

/// One line of laid-out text: runs of roles behind an indent.
struct TextLine: Hashable, Sendable {
    /// Text in one role.
    struct Run: Hashable, Sendable {
        var text: String
        var role: Role
        var attributes: Style.Attributes

        init(_ text: String, _ role: Role = .text, _ attributes: Style.Attributes = []) {
            self.text = text
            self.role = role
            self.attributes = attributes
        }
    }

    /// Columns of space before the first run.
    var indent: Int
    var runs: [Run]
    /// Whether it is code: a thin line stands before it.
    var isCode = false
    /// Whether a line of code that was too wide goes on here: the thin line is broken.
    var isContinued = false

    init(indent: Int = 0, _ runs: [Run] = [], isContinued: Bool = false) {
        self.indent = indent
        self.runs = runs
        self.isContinued = isContinued
    }

    static let blank = TextLine()

    /// The text without roles and indent.
    var plain: String { runs.count == 1 ? runs[0].text : runs.map(\.text).joined() }

    func draw(into canvas: inout Canvas, at point: Point, _ scene: Scene, search: String = "") {
        if isCode, indent >= 2 {
            let sign = isContinued ? scene.glyphs.ellipsis : scene.glyphs.vertical
            canvas.write(sign, at: Point(x: point.x + indent - 2, y: point.y), scene[isContinued ? .dim : .lines])
        }
        var x = point.x + indent
        for run in runs where x < canvas.width {
            x += canvas.write(run.text, at: Point(x: x, y: point.y), scene[run.role].adding(run.attributes))
        }
        guard !search.isEmpty else { return }
        for range in TextSearch.columns(of: search, in: plain) {
            canvas.tint(
                Rect(x: point.x + indent + range.lowerBound, y: point.y, width: range.count, height: 1), scene[.match])
        }
    }
}

/// Plain text search, letter case ignored.
enum TextSearch {
    static func contains(_ needle: String, in text: String) -> Bool { TextNeedle(needle).isIn(text) }

    /// Where the needle stands, in columns.
    static func columns(of needle: String, in text: String, first: Bool = false) -> [Range<Int>] {
        let wanted = Array(needle.lowercased())
        guard !wanted.isEmpty else { return [] }
        let characters = Array(text)
        let lowered = characters.map { $0.lowercased() }
        let letters = wanted.map(String.init)
        guard characters.count >= letters.count else { return [] }
        var ranges: [Range<Int>] = []
        var column = 0
        var index = 0
        while index < characters.count {
            let end = index + letters.count
            if end <= characters.count, lowered[index..<end].elementsEqual(letters) {
                let width = characters[index..<end].reduce(0) { $0 + displayWidth(of: $1) }
                ranges.append(column..<column + width)
                if first { return ranges }
                column += width
                index = end
            } else {
                column += displayWidth(of: characters[index])
                index += 1
            }
        }
        return ranges
    }
}

/// A text that is looked for in many lines, letter case ignored. Most of both are plain ASCII, which is compared as bytes.
struct TextNeedle {
    private let text: String
    /// In small letters; `nil` where there is more in it than ASCII.
    private let small: [UInt8]?

    init(_ text: String) {
        self.text = text
        small = text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.map(Self.small) : nil
    }

    func isIn(_ line: String) -> Bool {
        var line = line
        return isInASCII(&line) ?? !TextSearch.columns(of: text, in: line, first: true).isEmpty
    }

    private func isInASCII(_ line: inout String) -> Bool? {
        guard let small else { return nil }
        return line.withUTF8 { bytes -> Bool? in
            var all: UInt8 = 0
            for byte in bytes { all |= byte }
            guard all < 0x80 else { return nil }
            guard let first = small.first, bytes.count >= small.count else { return false }
            for start in 0...bytes.count - small.count where Self.small(bytes[start]) == first {
                if small.indices.allSatisfy({ Self.small(bytes[start + $0]) == small[$0] }) { return true }
            }
            return false
        }
    }

    private static func small(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}
