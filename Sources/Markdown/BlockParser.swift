/// Makes blocks of lines; what stands in a quote or an item is given to a parser of its own, one deeper.
struct BlockParser {
    private let lines: [MarkdownLine]
    private let depth: Int
    private var index = 0
    private var parts: [MarkdownPart] = []
    private var isApart = false

    init(lines: [ArraySlice<UInt8>], depth: Int) {
        self.lines = lines.map(MarkdownLine.init)
        self.depth = depth
    }

    consuming func run() -> [MarkdownPart] {
        var parser = self
        while parser.index < parser.lines.count { parser.step() }
        return parser.parts
    }

    private mutating func step() {
        let line = lines[index]
        if line.isBlank {
            isApart = true
            index += 1
        } else if let fence = line.fence {
            addFence(fence, indent: line.indent)
        } else if let heading = line.heading {
            add(.heading(level: heading.level, InlineParser.runs(of: Array(heading.text))))
            index += 1
        } else if line.isRule {
            add(.rule)
            index += 1
        } else if line.isQuote, depth < Markdown.deepest {
            addQuote()
        } else if let marker = line.marker, depth < Markdown.deepest, line.indent < 4 || !isLoose {
            addList(marker)
        } else if line.indent >= 4, isLoose {
            addIndented()
        } else if let alignments = TableRow.alignments(at: index, lines) {
            addTable(alignments)
        } else {
            addParagraph()
        }
    }

    /// Whether no paragraph could go on here.
    private var isLoose: Bool { isApart || parts.isEmpty }

    private mutating func add(_ block: MarkdownBlock) {
        parts.append(MarkdownPart(block, isApart: isApart && !parts.isEmpty))
        isApart = false
    }

    private mutating func addFence(_ fence: MarkdownLine.Fence, indent: Int) {
        index += 1
        var code: [ArraySlice<UInt8>] = []
        while index < lines.count, !lines[index].closes(fence) {
            code.append(lines[index].dropping(indent))
            index += 1
        }
        index += 1
        add(.code(language: fence.info, text: Self.joined(code)))
    }

    private mutating func addIndented() {
        var code: [ArraySlice<UInt8>] = []
        var end = index
        while index < lines.count, lines[index].isBlank || lines[index].indent >= 4 {
            code.append(lines[index].dropping(4))
            index += 1
            if !lines[index - 1].isBlank { end = index }
        }
        code.removeLast(index - end)
        index = end
        add(.code(language: "", text: Self.joined(code)))
    }

    private mutating func addQuote() {
        var inner: [ArraySlice<UInt8>] = []
        while index < lines.count, lines[index].isQuote {
            inner.append(lines[index].unquoted)
            index += 1
        }
        add(.quote(BlockParser(lines: inner, depth: depth + 1).run()))
    }

    private mutating func addTable(_ alignments: [MarkdownAlignment]) {
        let head = TableRow.cells(of: lines[index].text)
        index += 2
        var rows: [[ArraySlice<UInt8>]] = []
        while index < lines.count, !lines[index].isBlank, lines[index].text.contains(0x7C) {
            rows.append(TableRow.cells(of: lines[index].text))
            index += 1
        }
        // A cell too many is kept, in a column without a head, up to a number that nobody writes by hand.
        let count = min(max(alignments.count, rows.map(\.count).max() ?? 0), 128)
        func filled(_ cells: [ArraySlice<UInt8>]) -> [[MarkdownRun]] {
            var all = cells.map { InlineParser.runs(of: Array($0)) }
            if all.count > count { all = Array(all.prefix(count - 1)) + [all.suffix(from: count - 1).flatMap { $0 }] }
            return all + Array(repeating: [], count: count - all.count)
        }
        add(
            .table(
                head: filled(head), rows: rows.map(filled),
                alignments: alignments + Array(repeating: .left, count: count - alignments.count)))
    }

    private mutating func addParagraph() {
        var text: [ArraySlice<UInt8>] = [parts.isEmpty || isApart ? lines[index].text : lines[index].bytes]
        index += 1
        while index < lines.count, !lines[index].isBlank {
            let line = lines[index]
            if let level = line.underline, text.count == 1 {
                index += 1
                return add(.heading(level: level, InlineParser.runs(of: Array(text[0]))))
            }
            if line.beginsBlock || TableRow.alignments(at: index, lines) != nil { break }
            text.append(line.bytes)
            index += 1
        }
        add(.paragraph(InlineParser.runs(of: Array(text.joined(separator: [0x0A])))))
    }

    private static func joined(_ lines: [ArraySlice<UInt8>]) -> String {
        String(decoding: Array(lines.joined(separator: [0x0A])), as: UTF8.self)
    }
}

// MARK: - Lists

extension BlockParser {
    private mutating func addList(_ first: MarkdownLine.Marker) {
        let wasApart = isApart
        var items: [MarkdownItem] = []
        var isItemApart = false
        while index < lines.count, let marker = lines[index].marker, marker.sign == first.sign {
            let inner = itemLines(marker)
            items.append(
                MarkdownItem(
                    number: marker.number, isApart: isItemApart && !items.isEmpty,
                    parts: BlockParser(lines: inner.lines, depth: depth + 1).run()))
            isItemApart = inner.endsBlank
            isApart = inner.endsBlank
        }
        let endsApart = isApart
        isApart = wasApart
        add(.list(items))
        isApart = endsApart
    }

    /// The lines of the item that begins here, without its indent, and whether blank lines follow.
    private mutating func itemLines(_ marker: MarkdownLine.Marker) -> (lines: [ArraySlice<UInt8>], endsBlank: Bool) {
        let own = lines[index].indent
        var inner = [marker.rest]
        index += 1
        var fence = MarkdownLine(marker.rest).fence
        var blanks = 0
        while index < lines.count {
            let line = lines[index]
            if line.isBlank {
                blanks += 1
                index += 1
                continue
            }
            // A nested item is often indented by less than its parent's text.
            let isNested = line.indent >= own + 2 && line.marker != nil
            let belongs = line.indent >= marker.content || isNested
            let goesOn = blanks == 0 && fence == nil && !line.beginsBlock && !inner[inner.count - 1].isEmpty
            guard belongs || goesOn || (fence != nil && blanks == 0) else { break }
            inner += Array(repeating: [], count: blanks)
            blanks = 0
            inner.append(belongs ? line.dropping(min(line.indent, marker.content)) : line.bytes)
            if let open = fence {
                if line.closes(open) { fence = nil }
            } else {
                fence = line.fence
            }
            index += 1
        }
        return (inner, blanks > 0)
    }
}
