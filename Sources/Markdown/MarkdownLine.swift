/// What kinds of block a line may begin.
struct MarkdownLine {
    let bytes: ArraySlice<UInt8>
    /// Columns of space at its beginning, a tab up to the next multiple of four.
    let indent: Int
    /// The line without that space.
    let text: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        var columns = 0
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == 0x20 {
                columns += 1
            } else if bytes[index] == 0x09 {
                columns += 4 - columns % 4
            } else {
                break
            }
            index += 1
        }
        indent = columns
        text = bytes[index...]
    }

    var isBlank: Bool { text.isEmpty }

    /// The line without up to so many columns of leading space.
    func dropping(_ columns: Int) -> ArraySlice<UInt8> {
        var dropped = 0
        var index = bytes.startIndex
        while index < bytes.endIndex, dropped < columns {
            if bytes[index] == 0x20 {
                dropped += 1
            } else if bytes[index] == 0x09 {
                dropped += 4 - dropped % 4
            } else {
                break
            }
            index += 1
        }
        return bytes[index...]
    }

    /// Three or more backticks or tildes.
    struct Fence {
        let sign: UInt8
        let length: Int
        let info: String
    }

    var fence: Fence? {
        guard let sign = text.first, sign == 0x60 || sign == 0x7E else { return nil }
        let length = text.prefix { $0 == sign }.count
        let rest = text.dropFirst(length)
        guard length >= 3, sign == 0x7E || !rest.contains(0x60) else { return nil }
        return Fence(sign: sign, length: length, info: String(decoding: trimmed(rest), as: UTF8.self))
    }

    func closes(_ fence: Fence) -> Bool {
        let length = text.prefix { $0 == fence.sign }.count
        return length >= fence.length && text.dropFirst(length).allSatisfy(isSpace)
    }

    var heading: (level: Int, text: ArraySlice<UInt8>)? {
        guard indent < 4, text.first == 0x23 else { return nil }
        let level = text.prefix { $0 == 0x23 }.count
        let rest = text.dropFirst(level)
        guard level <= 6, rest.isEmpty || isSpace(rest[rest.startIndex]) else { return nil }
        var title = trimmed(rest)
        let closing = title.reversed().prefix { $0 == 0x23 }.count
        let body = title.dropLast(closing)
        if closing > 0, body.isEmpty || body.last.map(isSpace) == true { title = trimmed(body) }
        return (level, title)
    }

    /// `---`, `***`, `___`, also with spaces between.
    var isRule: Bool {
        guard indent < 4, let sign = text.first, sign == 0x2D || sign == 0x2A || sign == 0x5F else { return false }
        var count = 0
        for byte in text {
            if byte == sign { count += 1 } else if !isSpace(byte) { return false }
        }
        return count >= 3
    }

    /// The level that a line of `=` or `-` gives the text above it.
    var underline: Int? {
        guard indent < 4, let sign = text.first, sign == 0x3D || sign == 0x2D else { return nil }
        let body = trimmed(text)
        return body.count >= 2 && body.allSatisfy { $0 == sign } ? (sign == 0x3D ? 1 : 2) : nil
    }

    var isQuote: Bool { indent < 4 && text.first == 0x3E }

    /// The line behind its `>`.
    var unquoted: ArraySlice<UInt8> {
        let rest = text.dropFirst()
        return rest.first == 0x20 ? rest.dropFirst() : rest
    }

    /// A bullet or a number with what stands behind it.
    struct Marker {
        /// `-`, `*`, `+`, `.` or `)`.
        let sign: UInt8
        let number: String?
        /// Columns from the line's beginning to its text.
        let content: Int
        /// The text of the first line.
        let rest: ArraySlice<UInt8>
    }

    var marker: Marker? {
        guard let first = text.first else { return nil }
        var length = 1
        var number: String?
        var sign = first
        if first == 0x2D || first == 0x2A || first == 0x2B {
            if isRule { return nil }
        } else {
            let digits = text.prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty, digits.count <= 9, let end = text.dropFirst(digits.count).first,
                end == 0x2E || end == 0x29
            else { return nil }
            sign = end
            length = digits.count + 1
            number = String(decoding: text.prefix(length), as: UTF8.self)
        }
        let behind = text.dropFirst(length)
        guard behind.isEmpty || isSpace(behind[behind.startIndex]) else { return nil }
        let after = MarkdownLine(behind)
        // Five columns and more are an indented text of its own.
        let gap = after.isBlank || after.indent > 4 ? 1 : after.indent
        return Marker(sign: sign, number: number, content: indent + length + gap, rest: after.dropping(gap))
    }

    /// Whether a paragraph ends before this line.
    var beginsBlock: Bool {
        fence != nil || heading != nil || isRule || isQuote || marker.map { !$0.rest.isEmpty } == true
    }
}

func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

/// Without space at either end.
func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes.drop(while: isSpace)
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return bytes
}
