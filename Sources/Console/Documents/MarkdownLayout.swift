import Cells
import Markdown

/// Lays out Markdown: every block in lines of a width, the role of the whole where a block has none of its own.
struct MarkdownLayout {
    /// Columns.
    let width: Int
    /// Of plain text.
    let role: Role

    func lines(_ parts: [MarkdownPart]) -> [TextLine] {
        var lines: [TextLine] = []
        var isAfterCode = false
        for part in parts {
            let isCode = if case .code = part.block { true } else { false }
            // Two pieces of code are never one.
            if part.isApart || isCode && isAfterCode { lines.append(.blank) }
            lines += self.lines(part.block)
            isAfterCode = isCode
        }
        return lines
    }

    private func lines(_ block: MarkdownBlock) -> [TextLine] {
        switch block {
        case .heading(let level, let runs): heading(level, runs)
        case .paragraph(let runs): RunFlow.lines(runs.map { run($0) }, width: width).map { TextLine($0) }
        case .list(let items): items.enumerated().flatMap { index, item in self.item(item, isFirst: index == 0) }
        case .quote(let parts): quote(parts)
        case .code(let language, let text): code(text, language: language)
        case .table(let head, let rows, let alignments):
            MarkdownTable(layout: self, head: head, rows: rows, alignments: alignments).lines()
        case .rule: [TextLine([.init(String(repeating: "─", count: min(width, 40)), .lines)])]
        }
    }

    private func heading(_ level: Int, _ runs: [MarkdownRun]) -> [TextLine] {
        let attributes: Style.Attributes = level == 1 ? [.bold, .underline] : level == 2 ? .bold : []
        let styled = runs.map { run -> TextLine.Run in
            var run = self.run(run)
            if run.role == role { run.role = role == .text ? level < 3 ? .strong : .heading : role }
            run.attributes.formUnion(level < 3 ? attributes : .bold)
            return run
        }
        return RunFlow.lines(styled, width: width).map { TextLine($0) }
    }

    /// A run in the roles of screens.
    func run(_ run: MarkdownRun) -> TextLine.Run {
        var styled = TextLine.Run(run.text, role)
        if run.look.contains(.strong) { styled.attributes.insert(.bold) }
        if run.look.contains(.emphasis) { styled.attributes.insert(.italic) }
        if run.look.contains(.link) { styled.attributes.insert(.underline) }
        guard role == .text else { return styled }
        if run.look.contains(.struck) { styled.role = .dim }
        if run.look.contains(.link) { styled.role = .accent }
        if run.look.contains(.destination) { styled.role = .dim }
        if run.look.contains(.code) { styled.role = .syntaxNumber }
        return styled
    }

    // MARK: - Blocks with blocks inside

    private func item(_ item: MarkdownItem, isFirst: Bool) -> [TextLine] {
        let marker = (item.number ?? "•") + " "
        let columns = displayWidth(of: marker)
        let inner = MarkdownLayout(width: max(4, width - columns), role: role).lines(item.parts)
        var lines = item.isApart && !isFirst ? [TextLine.blank] : []
        let sign = TextLine.Run(marker, role == .text ? .accent : role)
        guard let first = inner.first, !first.isCode else {
            lines.append(TextLine([sign]))
            return lines + inner.map { $0.indented(by: columns) }
        }
        lines.append(TextLine([sign] + first.flattened.runs))
        return lines + inner.dropFirst().map { $0.indented(by: columns) }
    }

    private func quote(_ parts: [MarkdownPart]) -> [TextLine] {
        let quiet = MarkdownLayout(width: max(4, width - 2), role: role == .text ? .dim : role)
        return quiet.lines(parts).map { TextLine([.init("│ ", .lines)] + $0.flattened.runs) }
    }

    private func code(_ text: String, language: String) -> [TextLine] {
        let room = max(1, width - 2)
        var lines: [TextLine] = language.isEmpty ? [] : [TextLine([.init(language, .dim)])]
        if let json = JSONLayout.lines(text, width: room) {
            lines += json.map(\.flattened)
        } else {
            for tokens in CodeColours.lines(of: Self.withoutTabs(text), language: language) {
                lines += Self.cut(tokens.map { .init($0.text, $0.kind.role(in: role)) }, width: room)
            }
        }
        if lines.isEmpty { lines.append(.blank) }
        return lines.map { line in
            // Blank ones too: the thin line says how far the code goes.
            var line = line
            line.indent += 2
            line.isCode = true
            return line
        }
    }

    private static func withoutTabs(_ text: String) -> String {
        guard text.utf8.contains(0x09) else { return text }
        return text.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ")
    }

    /// Cuts a line of code wherever the width ends, for spaces mean something there.
    private static func cut(_ runs: [TextLine.Run], width: Int) -> [TextLine] {
        if runs.reduce(0, { $0 + displayWidth(of: $1.text) }) <= width { return [TextLine(runs)] }
        var lines: [TextLine] = []
        var line: [TextLine.Run] = []
        var used = 0
        for run in runs {
            var piece = ""
            for character in run.text {
                let columns = displayWidth(of: character)
                if used + columns > width, used > 0 {
                    if !piece.isEmpty { line.append(.init(piece, run.role)) }
                    lines.append(TextLine(line, isContinued: !lines.isEmpty))
                    (line, piece, used) = ([], "", 0)
                }
                piece.append(character)
                used += columns
            }
            if !piece.isEmpty { line.append(.init(piece, run.role)) }
        }
        return lines + [TextLine(line, isContinued: !lines.isEmpty)]
    }
}

extension CodeColours.Kind {
    fileprivate func role(in role: Role) -> Role {
        switch self {
        case .plain: role
        case .keyword: .syntaxKeyword
        case .string: .syntaxString
        case .number: .syntaxNumber
        case .comment: .dim
        case .added: .good
        case .removed: .error
        case .header: .accent
        }
    }
}

extension TextLine {
    func indented(by columns: Int) -> TextLine {
        var line = self
        if line != .blank { line.indent += columns }
        return line
    }

    /// The line with its indent, and the thin line of code, as text: for what stands behind a sign of its own.
    var flattened: TextLine {
        guard indent > 0 else { return self }
        let spaces = String(repeating: " ", count: isCode ? indent - 2 : indent)
        var line = self
        line.indent = 0
        line.isCode = false
        line.isContinued = false
        line.runs = (isCode ? [.init(spaces + (isContinued ? "… " : "│ "), .lines)] : [.init(spaces)]) + runs
        return line
    }
}
