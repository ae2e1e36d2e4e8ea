extension InlineParser {
    /// The runs, looks added up; neighbours of one look are one run.
    func emit() -> [MarkdownRun] {
        var writer = RunWriter()
        for node in nodes {
            switch node {
            case .text(let range): writer.write(text(range))
            case .written(let text): writer.write(text)
            case .code(let range):
                writer.write(
                    text(range).split(separator: "\n", omittingEmptySubsequences: false).joined(separator: " "),
                    adding: .code)
            case .address(let range): writer.write(text(range), adding: .link)
            case .marks(let number): emit(marks[number], &writer)
            case .bracket(let number):
                let bracket = brackets[number]
                if bracket.isLink {
                    writer.begin(.link)
                    writer.linkStarts.append(writer.length)
                    if bracket.isImage { writer.write("image: ") }
                } else {
                    writer.write(bracket.isImage ? "![" : "[")
                }
            case .linkEnd(let range): writer.endLink(text(range))
            }
        }
        return writer.runs
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func emit(_ marks: Marks, _ writer: inout RunWriter) {
        let sign = String(UnicodeScalar(marks.sign))
        if marks.ended.first == .struck || marks.begun.first == .struck {
            if !marks.begun.isEmpty { writer.begin(.struck) }
            writer.write(sign + sign)
            if !marks.ended.isEmpty { writer.end(.struck) }
            return
        }
        for look in marks.ended { writer.end(look) }
        if marks.rest > 0 { writer.write(String(repeating: sign, count: marks.rest)) }
        for look in marks.begun { writer.begin(look) }
    }
}

/// Gathers runs; a look that was begun twice ends with its second end.
private struct RunWriter {
    private(set) var runs: [MarkdownRun] = []
    /// Bytes written.
    private(set) var length = 0
    /// Where the texts of open links begin, in bytes.
    var linkStarts: [Int] = []
    private var counts: [UInt8: Int] = [:]
    private var look: MarkdownRun.Look = []

    mutating func begin(_ new: MarkdownRun.Look) {
        counts[new.rawValue, default: 0] += 1
        look.insert(new)
    }

    mutating func end(_ old: MarkdownRun.Look) {
        counts[old.rawValue, default: 1] -= 1
        if counts[old.rawValue] == 0 { look.remove(old) }
    }

    mutating func write(_ text: String, adding more: MarkdownRun.Look = []) {
        guard !text.isEmpty else { return }
        length += text.utf8.count
        let look = look.union(more)
        if runs.last?.look == look { runs[runs.count - 1].text += text } else { runs.append(MarkdownRun(text, look)) }
    }

    /// Ends a link and writes where it leads, unless its text says so.
    mutating func endLink(_ destination: String) {
        let start = linkStarts.popLast() ?? length
        let said = length - start
        end(.link)
        let address = destination.utf8.count
        if said == address, runs.last.map({ $0.text.utf8.suffix(address).elementsEqual(destination.utf8) }) == true {
            return
        }
        guard !destination.isEmpty else { return }
        write((said > 0 ? " (" : "(") + destination + ")", adding: .destination)
    }
}
