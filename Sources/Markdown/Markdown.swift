/// Reads Markdown. Time and memory grow with the text's length alone, whatever stands in it; deeper nesting than
/// ``Markdown/deepest`` is read as text.
public enum Markdown {
    /// Quotes and lists within each other.
    public static let deepest = 12

    /// The blocks of a text.
    public static func parts(of text: String) -> [MarkdownPart] {
        let bytes = Array(text.utf8)
        return BlockParser(lines: lines(of: bytes), depth: 0).run()
    }

    /// The runs of a text that stands within one block.
    public static func runs(of text: String) -> [MarkdownRun] {
        InlineParser.runs(of: Array(text.utf8))
    }

    /// Splits at LF, CR LF and CR.
    private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == 0x0A || byte == 0x0D else { continue }
            lines.append(bytes[start..<index - 1])
            if byte == 0x0D, index < bytes.count, bytes[index] == 0x0A { index += 1 }
            start = index
        }
        if start < bytes.count { lines.append(bytes[start...]) }
        return lines
    }
}
