/// Makes runs of the text of one block. One pass finds code, links and marks of emphasis; the marks are paired as they come,
/// each looking back a bounded way.
struct InlineParser {
    /// A place in the text where a look begins or ends, or marks that may.
    enum Node {
        case text(Range<Int>)
        /// Text that is not as written: a line break, a decoded entity.
        case written(String)
        case code(Range<Int>)
        case address(Range<Int>)
        case marks(Int)
        /// `[`, or `![`; a link once its end is found.
        case bracket(Int)
        case linkEnd(destination: Range<Int>)
    }

    /// A row of `*`, `_` or `~`.
    struct Marks {
        let sign: UInt8
        /// Those that set off nothing, and are text.
        var rest: Int
        let length: Int
        let opens: Bool
        let closes: Bool
        var begun: [MarkdownRun.Look] = []
        var ended: [MarkdownRun.Look] = []
    }

    struct Bracket {
        let isImage: Bool
        var isLink = false
    }

    let bytes: [UInt8]
    var index = 0
    var nodes: [Node] = []
    var marks: [Marks] = []
    var brackets: [Bracket] = []
    private var textStart = 0
    private var openBrackets: [Int] = []
    private var openMarks: [Int] = []
    /// For each row of backticks, by where it begins: its length and where the next of that length begins.
    private var ticks: [Int: (length: Int, next: Int?)] = [:]

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        findTicks()
    }

    static func runs(of bytes: [UInt8]) -> [MarkdownRun] {
        guard bytes.contains(where: { special[Int($0)] }) else {
            return bytes.isEmpty ? [] : [MarkdownRun(String(decoding: bytes, as: UTF8.self))]
        }
        var parser = InlineParser(bytes)
        parser.scan()
        return parser.emit()
    }

    private static let special: [Bool] = {
        var table = Array(repeating: false, count: 256)
        // A colon may belong to an address.
        for sign in "\\`*_~[]!<&:".utf8 { table[Int(sign)] = true }
        return table
    }()

    private mutating func findTicks() {
        guard bytes.contains(0x60) else { return }
        var last: [Int: Int] = [:]
        var end = bytes.count
        while end > 0 {
            guard bytes[end - 1] == 0x60 else {
                end -= 1
                continue
            }
            var start = end - 1
            while start > 0, bytes[start - 1] == 0x60 { start -= 1 }
            ticks[start] = (end - start, last[end - start])
            last[end - start] = start
            end = start
        }
    }

    // MARK: - Scanning

    private mutating func scan() {
        while index < bytes.count {
            let byte = bytes[index]
            guard Self.special[Int(byte)] else {
                index += 1
                continue
            }
            if !take(byte) { index += 1 }
        }
        flush(to: bytes.count)
    }

    /// Reads what a special sign begins, if it begins something; what was before becomes text.
    private mutating func take(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x5C: takeEscape()
        case 0x60: takeCode()
        case 0x2A, 0x5F, 0x7E: takeMarks(byte)
        case 0x5B: openBracket(isImage: false)
        case 0x21 where at(index + 1) == 0x5B: openBracket(isImage: true)
        case 0x5D: closeBracket()
        case 0x3C: takeAngle()
        case 0x26: takeEntity()
        case 0x3A: takeAddress()
        default: false
        }
    }

    func at(_ index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }

    private mutating func flush(to end: Int) {
        if textStart < end { nodes.append(.text(textStart..<end)) }
    }

    private mutating func add(_ node: Node, from start: Int, to end: Int) {
        flush(to: start)
        nodes.append(node)
        index = end
        textStart = end
    }

    /// A backslash before a sign of Markdown; before parentheses and brackets it is mathematics more often than not.
    private mutating func takeEscape() -> Bool {
        guard let next = at(index + 1), "\\`*_~#+-.!|<>{}&:\"'".utf8.contains(next) else { return false }
        add(.text(index + 1..<index + 2), from: index, to: index + 2)
        return true
    }

    private mutating func takeCode() -> Bool {
        guard let row = ticks[index], let close = row.next else {
            index += (ticks[index]?.length ?? 1) - 1
            return false
        }
        var inner = index + row.length..<close
        if inner.count > 2, bytes[inner.lowerBound] == 0x20, bytes[inner.upperBound - 1] == 0x20 {
            inner = inner.lowerBound + 1..<inner.upperBound - 1
        }
        add(.code(inner), from: index, to: close + row.length)
        return true
    }

    private mutating func takeAngle() -> Bool {
        let end = bytes[index...].dropFirst().prefix(2_000).firstIndex { $0 == 0x3E || $0 <= 0x20 || $0 == 0x3C }
        guard let close = end, bytes[close] == 0x3E else { return takeSpacedBreak() }
        let inner = index + 1..<close
        if ["br", "br/"].contains(String(decoding: bytes[inner], as: UTF8.self).lowercased()) {
            add(.written("\n"), from: index, to: close + 1)
            return true
        }
        guard isAddress(at: inner.lowerBound) || bytes[inner].starts(with: "mailto:".utf8) else { return false }
        add(.address(inner), from: index, to: close + 1)
        return true
    }

    private mutating func takeSpacedBreak() -> Bool {
        guard bytes[index...].prefix(6).elementsEqual("<br />".utf8) else { return false }
        add(.written("\n"), from: index, to: index + 6)
        return true
    }

    private mutating func takeEntity() -> Bool {
        for (name, sign) in Self.entities where bytes[index...].starts(with: name) {
            add(.written(sign), from: index, to: index + name.count)
            return true
        }
        return false
    }

    private static let entities: [([UInt8], String)] = [
        ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", "\u{A0}"),
    ].map { (Array($0.0.utf8), $0.1) }

    private func isAddress(at start: Int) -> Bool {
        bytes[start...].starts(with: "http://".utf8) || bytes[start...].starts(with: "https://".utf8)
    }

    /// At the colon of an address that stands in the text by itself.
    private mutating func takeAddress() -> Bool {
        let start = [index - 4, index - 5].first { $0 >= textStart && isAddress(at: $0) }
        guard let start, start == 0 || !isWord(bytes[start - 1]) else { return false }
        var end = index + 3
        var open = 0
        while end < bytes.count, bytes[end] > 0x20, bytes[end] < 0x80, !"<>\"`|*".utf8.contains(bytes[end]) {
            if bytes[end] == 0x28 { open += 1 }
            if bytes[end] == 0x29 || bytes[end] == 0x5D {
                if open == 0 { break }
                open -= 1
            }
            end += 1
        }
        while end > index + 3, ".,;:!?'".utf8.contains(bytes[end - 1]) { end -= 1 }
        guard end > index + 3 else { return false }
        add(.address(start..<end), from: start, to: end)
        return true
    }

    // MARK: - Marks

    private func isWord(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        // Letters of all scripts but ASCII's punctuation; so emphasis ends in the middle of a text without spaces.
        return byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte)
    }

    private mutating func takeMarks(_ sign: UInt8) -> Bool {
        let length = bytes[index...].prefix { $0 == sign }.count
        let before = at(index - 1)
        let after = at(index + length)
        func isGap(_ byte: UInt8?) -> Bool { byte.map { $0 <= 0x20 } ?? true }
        let isLeft = !isGap(after) && (isWord(after) || isGap(before) || !isWord(before))
        let isRight = !isGap(before) && (isWord(before) || isGap(after) || !isWord(after))
        var opens = isLeft
        var closes = isRight
        if sign == 0x5F {
            opens = isLeft && !isWord(before)
            closes = isRight && !isWord(after)
        }
        if sign == 0x7E, length != 2 { (opens, closes) = (false, false) }
        add(.marks(marks.count), from: index, to: index + length)
        marks.append(Marks(sign: sign, rest: length, length: length, opens: opens, closes: closes))
        let own = marks.count - 1
        if closes { close(own) }
        if opens, marks[own].rest > 0 { openMarks.append(own) }
        return true
    }

    /// How far a closing mark looks back for one that opens.
    private static let reach = 32

    private mutating func close(_ own: Int) {
        while marks[own].rest > 0, let place = opener(for: own) {
            let other = openMarks[place]
            let isStrong = marks[other].rest >= 2 && marks[own].rest >= 2
            let look: MarkdownRun.Look = marks[own].sign == 0x7E ? .struck : isStrong ? .strong : .emphasis
            let count = isStrong ? 2 : 1
            marks[other].rest -= count
            marks[own].rest -= count
            marks[other].begun.append(look)
            marks[own].ended.append(look)
            openMarks.removeSubrange((place + (marks[other].rest > 0 ? 1 : 0))...)
        }
    }

    private func opener(for own: Int) -> Int? {
        let closing = marks[own]
        for place in openMarks.indices.suffix(Self.reach).reversed() {
            let opening = marks[openMarks[place]]
            guard opening.sign == closing.sign else { continue }
            let isEither = opening.closes || closing.opens
            let isOdd = (opening.length + closing.length) % 3 == 0 && opening.length % 3 != 0
            if !(isEither && isOdd) { return place }
        }
        return nil
    }

    // MARK: - Links

    private mutating func openBracket(isImage: Bool) -> Bool {
        openBrackets.append(brackets.count)
        if openBrackets.count > Self.reach { openBrackets.removeFirst() }
        add(.bracket(brackets.count), from: index, to: index + (isImage ? 2 : 1))
        brackets.append(Bracket(isImage: isImage))
        return true
    }

    private mutating func closeBracket() -> Bool {
        guard let open = openBrackets.popLast(), let (destination, end) = destination(at: index + 1) else {
            return false
        }
        brackets[open].isLink = true
        // A link stands in no other link.
        if !brackets[open].isImage { openBrackets.removeAll() }
        add(.linkEnd(destination: destination), from: index, to: end)
        return true
    }

    /// `(address "title")`: where it and its end are. The title is part of what is shown.
    private func destination(at start: Int) -> (Range<Int>, end: Int)? {
        guard at(start) == 0x28 else { return nil }
        var index = start + 1
        var depth = 0
        let limit = min(bytes.count, start + 4_000)
        while index < limit, bytes[index] != 0x0A {
            if bytes[index] == 0x28 { depth += 1 }
            // So many have no address; to look on would cost a hostile text's square.
            if depth > 8 { return nil }
            if bytes[index] == 0x29 {
                if depth == 0 { return (start + 1..<index, index + 1) }
                depth -= 1
            }
            index += 1
        }
        return nil
    }
}
