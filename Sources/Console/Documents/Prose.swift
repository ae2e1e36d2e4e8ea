import Cells

/// Lays out what a model or a person wrote: paragraphs, fenced code, JSON.
enum Prose {
    /// The lines of a text.
    /// - Parameters:
    ///   - width: columns, the indent included.
    ///   - indent: columns of space before each line.
    static func lines(_ text: String, width: Int, indent: Int, role: Role = .text) -> [TextLine] {
        let room = max(1, width - indent)
        if let json = JSONLayout.lines(text, width: room) { return shifted(json, by: indent) }
        var lines: [TextLine] = []
        for part in parts(of: text) {
            switch part {
            case .prose(let prose):
                lines += TextFlow.lines(prose, width: room).map { TextLine(indent: indent, [.init($0, role)]) }
            case .code(let code, let language):
                lines += self.code(code, language: language, width: width, indent: indent + 2)
            }
        }
        return lines
    }

    private static func code(_ code: String, language: String, width: Int, indent: Int) -> [TextLine] {
        let room = max(1, width - indent)
        var lines = JSONLayout.lines(code, width: room).map { shifted($0, by: indent) }
        if lines == nil {
            lines = TextFlow.hardLines(code, width: room).map {
                TextLine(indent: indent, CodeColouring.runs(of: $0, language: language))
            }
        }
        return (lines ?? []).map { line in
            var line = line
            line.isCode = line.indent == indent
            return line
        }
    }

    private static func shifted(_ lines: [TextLine], by indent: Int) -> [TextLine] {
        lines.map { line in
            var line = line
            line.indent += indent
            return line
        }
    }

    private enum Part {
        case prose(String)
        case code(String, language: String)
    }

    /// Splits at lines that begin with three backticks; a fence that is not closed runs to the end.
    private static func parts(of text: String) -> [Part] {
        guard text.utf8.contains(0x60) else { return [.prose(text)] }
        var parts: [Part] = []
        var gathered: [Substring] = []
        var language: String?
        func flush() {
            guard !gathered.isEmpty else { return }
            let joined = gathered.joined(separator: "\n")
            if let language { parts.append(.code(joined, language: language)) } else { parts.append(.prose(joined)) }
            gathered = []
        }
        for line in paragraphs(of: text) {
            let trimmed = line.drop { $0 == " " }
            guard trimmed.hasPrefix("```") else {
                gathered.append(line)
                continue
            }
            flush()
            language = language == nil ? trimmed.dropFirst(3).filter { $0.isLetter }.lowercased() : nil
        }
        flush()
        return parts.isEmpty ? [.prose("")] : parts
    }
}

/// Quiet colours for code of any language: texts, numbers and comments, no more.
enum CodeColouring {
    static func runs(of line: String, language: String) -> [TextLine.Run] {
        var runs: [TextLine.Run] = []
        var plain = ""
        var index = line.startIndex
        let comment = ["python", "py", "sh", "bash", "yaml", "yml", "toml", "ruby"].contains(language) ? "#" : "//"
        func flush() {
            if !plain.isEmpty { runs.append(.init(plain)) }
            plain = ""
        }
        while index < line.endIndex {
            let character = line[index]
            if line[index...].hasPrefix(comment) {
                flush()
                runs.append(.init(String(line[index...]), .dim))
                return runs
            }
            if character == "\"" || character == "'" || character == "`",
                let end = line[line.index(after: index)...].firstIndex(of: character)
            {
                flush()
                runs.append(.init(String(line[index...end]), .syntaxString))
                index = line.index(after: end)
                continue
            }
            let beginsNumber = character.isNumber && !(plain.last.map { $0.isLetter || $0 == "_" } ?? false)
            if beginsNumber {
                let end = line[index...].firstIndex { !($0.isNumber || $0 == "." || $0 == "_") } ?? line.endIndex
                flush()
                runs.append(.init(String(line[index..<end]), .syntaxNumber))
                index = end
                continue
            }
            plain.append(character)
            index = line.index(after: index)
        }
        flush()
        return runs.isEmpty ? [.init("")] : runs
    }
}
