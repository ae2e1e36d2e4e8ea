/// Colours one line after another; a comment or text that goes on over lines is remembered.
struct CodeColouring {
    private let language: CodeLanguage
    /// What ends the comment or text that the last line left open.
    private var open: (close: [UInt8], kind: CodeColours.Kind)?
    private var bytes: [UInt8] = []
    private var index = 0
    private var plainStart = 0
    private var tokens: [CodeColours.Token] = []
    /// Signs of quotes that close nowhere in the rest of the line.
    private var unclosed: Set<UInt8> = []
    private let comments: [[UInt8]]
    private let long: [[UInt8]]
    private let block: (open: [UInt8], close: [UInt8])?
    /// Whether `#include` is a word.
    private let hasDirectives: Bool

    init(_ language: CodeLanguage) {
        self.language = language
        comments = language.comments.map { Array($0.utf8) }
        long = language.long.map { Array($0.utf8) }
        block = language.block.map { (Array($0.open.utf8), Array($0.close.utf8)) }
        hasDirectives = language.keywords.contains("#include")
    }

    mutating func line(_ line: [UInt8]) -> [CodeColours.Token] {
        bytes = line
        index = 0
        plainStart = 0
        tokens = []
        unclosed = []
        if let open { goOn(until: open.close, open.kind) }
        while index < bytes.count { step() }
        flush(to: bytes.count)
        return tokens
    }

    private func begins(_ sign: [UInt8]) -> Bool { bytes[index...].starts(with: sign) }

    private mutating func flush(to end: Int) {
        if plainStart < end { append(plainStart..<end, .plain) }
        plainStart = end
    }

    private mutating func append(_ range: Range<Int>, _ kind: CodeColours.Kind) {
        tokens.append(.init(String(decoding: bytes[range], as: UTF8.self), kind))
    }

    private mutating func add(to end: Int, _ kind: CodeColours.Kind) {
        flush(to: index)
        append(index..<end, kind)
        index = end
        plainStart = end
    }

    private mutating func step() {
        let byte = bytes[index]
        if isWordStart(byte) { return word() }
        if isDigit(byte) { return number() }
        if let block, begins(block.open) { return begin(block.open, closing: block.close, .comment) }
        if comments.contains(where: { begins($0) && isComment($0) }) { return add(to: bytes.count, .comment) }
        if let sign = long.first(where: { begins($0) }) { return begin(sign, closing: sign, .string) }
        if language.quotes.contains(byte), !unclosed.contains(byte), let end = closing(byte) {
            return add(to: end, .string)
        }
        index += 1
    }

    /// `#` and `;` begin a comment only where a word could begin: not in `$#` or a colour's value.
    private func isComment(_ sign: [UInt8]) -> Bool {
        sign.count > 1 || index == 0 || bytes[index - 1] <= 0x20
    }

    private mutating func begin(_ sign: [UInt8], closing close: [UInt8], _ kind: CodeColours.Kind) {
        flush(to: index)
        let start = index
        index += sign.count
        open = (close, kind)
        goOn(until: close, kind, from: start)
    }

    private mutating func goOn(until close: [UInt8], _ kind: CodeColours.Kind, from start: Int = 0) {
        var end = index
        while end < bytes.count, !bytes[end...].starts(with: close) {
            end += kind == .string && bytes[end] == 0x5C ? 2 : 1
        }
        end = min(end, bytes.count)
        if end < bytes.count {
            open = nil
            end += close.count
        }
        if start < end { append(start..<end, kind) }
        index = end
        plainStart = end
    }

    private mutating func closing(_ quote: UInt8) -> Int? {
        var end = index + 1
        while end < bytes.count {
            if bytes[end] == 0x5C {
                end += 2
                continue
            }
            if bytes[end] == quote { return end + 1 }
            end += 1
        }
        unclosed.insert(quote)
        return nil
    }

    private mutating func word() {
        var end = index + 1
        while end < bytes.count, isWordStart(bytes[end]) || isDigit(bytes[end]) { end += 1 }
        if end - index <= 16 {
            let word = String(decoding: bytes[index..<end], as: UTF8.self)
            if language.keywords.contains(language.ignoresCase ? word.lowercased() : word) {
                return add(to: end, .keyword)
            }
        }
        index = end
    }

    private mutating func number() {
        var end = index + 1
        while end < bytes.count, isDigit(bytes[end]) || isWordStart(bytes[end]) || bytes[end] == 0x2E { end += 1 }
        while bytes[end - 1] == 0x2E { end -= 1 }
        add(to: end, .number)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private func isWordStart(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == 0x5F || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == 0x23 && hasDirectives
    }
}
