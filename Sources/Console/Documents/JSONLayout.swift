import Cells

/// Lays out JSON: what fits on a line stays on it, the rest is opened up, two columns deeper each level.
enum JSONLayout {
    /// The lines of a JSON text, or `nil` when it is none.
    /// - Parameters:
    ///   - isFolded: Whether what stands inside of it and does not fit on a line is only counted.
    ///   - isRead: Whether it is laid out to be read: where a long text has a line break, a line ends with a quiet sign and
    ///     not with `\n`.
    static func lines(_ text: String, width: Int, isFolded: Bool = false, isRead: Bool = false) -> [TextLine]? {
        guard let tokens = JSONScan.tokens(of: text) else { return nil }
        var writer = Writer(tokens: tokens, width: max(8, width), isFolded: isFolded, isRead: isRead)
        return writer.run()
    }

    private struct Writer {
        let tokens: [JSONScan.Token]
        let width: Int
        let isFolded: Bool
        let isRead: Bool
        /// For each opening token, where it closes.
        private var closing: [Int: Int] = [:]
        /// Columns of all tokens before one, when written on one line.
        private var columns: [Int]
        private var lines: [TextLine] = []
        private var line = TextLine()
        private var depth = 0

        init(tokens: [JSONScan.Token], width: Int, isFolded: Bool, isRead: Bool) {
            self.tokens = tokens
            self.width = width
            self.isFolded = isFolded
            self.isRead = isRead
            columns = [0]
            columns.reserveCapacity(tokens.count + 1)
            var open: [Int] = []
            for (index, token) in tokens.enumerated() {
                columns.append(
                    columns[index] + displayWidth(of: token.text) + (Self.hasSpace(after: token.kind) ? 1 : 0))
                switch token.kind {
                case .openObject, .openArray: open.append(index)
                case .closeObject, .closeArray: if let start = open.popLast() { closing[start] = index }
                default: break
                }
            }
        }

        private static func hasSpace(after kind: JSONScan.Kind) -> Bool { kind == .colon || kind == .comma }

        mutating func run() -> [TextLine] {
            var index = 0
            var inlineUntil = -1
            while index < tokens.count {
                let token = tokens[index]
                switch token.kind {
                case .openObject, .openArray:
                    add(token)
                    if index > inlineUntil {
                        let end = closing[index] ?? index
                        if fits(from: index, through: end) {
                            inlineUntil = end
                        } else if isFolded, depth > 0 {
                            space()
                            line.runs.append(TextLine.Run("… \(members(from: index, through: end)) ", .dim))
                            index = end
                            continue
                        } else {
                            depth += 1
                            breakLine()
                        }
                    }
                case .closeObject, .closeArray:
                    if index > inlineUntil, line.runs.last?.text.hasPrefix("…") != true {
                        depth -= 1
                        breakLine()
                    }
                    add(token)
                case .comma:
                    add(token)
                    if index > inlineUntil { breakLine() } else { space() }
                case .colon:
                    add(token)
                    space()
                case .key, .string, .literal:
                    addValue(token)
                }
                index += 1
            }
            breakLine()
            return lines
        }

        private func fits(from start: Int, through end: Int) -> Bool {
            if end == start + 1 { return true }
            // The opening sign is written already; a comma may follow the closing one.
            return used + columns[end + 1] - columns[start] <= width
        }

        /// How many members stand directly between two tokens.
        private func members(from start: Int, through end: Int) -> Int {
            var count = end > start + 1 ? 1 : 0
            var index = start + 1
            while index < end {
                if tokens[index].kind == .comma { count += 1 }
                index = closing[index] ?? index
                index += 1
            }
            return count
        }

        private var used: Int { line.indent + line.runs.reduce(0) { $0 + displayWidth(of: $1.text) } }

        private mutating func add(_ token: JSONScan.Token) {
            if line.runs.isEmpty { line.indent = depth * 2 }
            line.runs.append(TextLine.Run(String(token.text), .dim))
        }

        private mutating func space() { line.runs.append(TextLine.Run(" ", .dim)) }

        private mutating func addValue(_ token: JSONScan.Token) {
            if line.runs.isEmpty { line.indent = depth * 2 }
            let role: Role =
                switch token.kind {
                case .key: .syntaxKey
                case .string: .syntaxString
                default: .syntaxNumber
                }
            let room = width - used
            if displayWidth(of: token.text) <= room {
                line.runs.append(TextLine.Run(String(token.text), role))
                return
            }
            // A long text goes on below, under its own beginning where there is room.
            let hanging = room >= 24 ? used : min(depth * 2 + 2, width / 2)
            if room < 8 { breakLine() }
            var rest = token.text
            var first = true
            while !rest.isEmpty {
                if !first { breakLine() }
                if line.runs.isEmpty { line.indent = first ? min(depth * 2, width / 2) : hanging }
                let (piece, isBroken) = Self.line(of: Self.prefix(of: rest, width: max(1, width - used)))
                if isRead, isBroken {
                    if piece.utf8.count > 2 { line.runs.append(TextLine.Run(String(piece.dropLast(2)), role)) }
                    line.runs.append(TextLine.Run(Self.lineBreak, .dim))
                } else {
                    line.runs.append(TextLine.Run(String(piece), role))
                }
                rest = rest[piece.endIndex...]
                first = false
            }
        }

        /// As many characters as a width holds, at least one; cut after a space where there is one in the last third.
        private static func prefix(of text: Substring, width: Int) -> Substring {
            if let piece = asciiPrefix(of: text, width: width) { return piece }
            var used = 0
            var end = text.startIndex
            var lastSpace: Substring.Index?
            while end < text.endIndex {
                let columns = displayWidth(of: text[end])
                if used + columns > width, end > text.startIndex { break }
                used += columns
                let next = text.index(after: end)
                if text[end] == " ", used > width * 2 / 3 { lastSpace = next }
                end = next
            }
            if end < text.endIndex, let lastSpace { end = lastSpace }
            return text[..<end]
        }

        /// Up to the first line break that is written as `\n`, so that a text reads as it was meant.
        private static func line(of piece: Substring) -> (line: Substring, isBroken: Bool) {
            let bytes = piece.utf8
            var index = bytes.startIndex
            while let slash = bytes[index...].firstIndex(of: 0x5C) {
                let next = bytes.index(after: slash)
                // A sign that is written as two is not torn apart.
                guard next < bytes.endIndex else { return (slash > bytes.startIndex ? piece[..<slash] : piece, false) }
                let after = bytes.index(after: next)
                if bytes[next] == 0x6E { return (piece[..<after], true) }
                index = after
            }
            return (piece, false)
        }

        /// What stands where a line break is written.
        private static let lineBreak = "\u{21B5}"

        /// The same for text that begins with as much printable ASCII as the width holds, without characters.
        private static func asciiPrefix(of text: Substring, width: Int) -> Substring? {
            let bytes = text.utf8
            var end = bytes.startIndex
            var lastSpace: Substring.Index?
            var used = 0
            while end < bytes.endIndex {
                guard bytes[end] >= 0x20, bytes[end] < 0x7F else { return nil }
                if used == width { break }
                used += 1
                let next = bytes.index(after: end)
                if bytes[end] == 0x20, used > width * 2 / 3 { lastSpace = next }
                end = next
            }
            if end < bytes.endIndex, let lastSpace { end = lastSpace }
            return text[..<end]
        }

        private mutating func breakLine() {
            if !line.runs.isEmpty { lines.append(line) }
            line = TextLine()
        }
    }
}
