import Cells

/// Breaks text to lines of a width. Long ASCII texts, which nearly all of them are, take a path without characters.
enum TextFlow {
    /// The lines of a text; at least one.
    static func lines(_ text: String, width: Int) -> [String] {
        let width = max(1, width)
        var lines: [String] = []
        for paragraph in paragraphs(of: text) {
            if !addASCII(paragraph, width: width, to: &lines) {
                lines += wrap(paragraph, width: width)
            }
        }
        return lines
    }

    private static func addASCII(_ paragraph: Substring, width: Int, to lines: inout [String]) -> Bool {
        let added = paragraph.utf8.withContiguousStorageIfAvailable { bytes -> Bool in
            for byte in bytes where byte < 0x20 || byte > 0x7E { return false }
            breakLines(bytes, width: width, to: &lines)
            return true
        }
        return added ?? false
    }

    private static func breakLines(_ bytes: UnsafeBufferPointer<UInt8>, width: Int, to lines: inout [String]) {
        let space = UInt8(ascii: " ")
        func line(_ from: Int, _ to: Int) -> String {
            var end = to
            while end > from, bytes[end - 1] == space { end -= 1 }
            return String(decoding: UnsafeBufferPointer(rebasing: bytes[from..<end]), as: UTF8.self)
        }
        var start = 0
        while bytes.count - start > width {
            var cut = start + width
            if bytes[cut] != space {
                var back = cut
                while back > start, !isBreak(after: bytes[back - 1]) { back -= 1 }
                // A line of leading spaces only is no place to break.
                let isOnlyIndent = bytes[start..<max(start, back)].allSatisfy { $0 == space }
                if back > start, !isOnlyIndent { cut = back }
            }
            lines.append(line(start, cut))
            start = cut
            while start < bytes.count, bytes[start] == space { start += 1 }
        }
        if start < bytes.count || start == 0 { lines.append(line(start, bytes.count)) }
    }

    private static func isBreak(after byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/")
    }

    /// Cuts one line to pieces of a width wherever they end: for code, where spaces mean something.
    static func hardLines(_ text: String, width: Int) -> [String] {
        let width = max(1, width)
        var lines: [String] = []
        for paragraph in paragraphs(of: text) {
            if displayWidth(of: paragraph) <= width {
                lines.append(String(paragraph))
                continue
            }
            var line = ""
            var used = 0
            for character in paragraph {
                let columns = displayWidth(of: character)
                if used + columns > width, used > 0 {
                    lines.append(line)
                    line = ""
                    used = 0
                }
                line.append(character)
                used += columns
            }
            lines.append(line)
        }
        return lines
    }
}
