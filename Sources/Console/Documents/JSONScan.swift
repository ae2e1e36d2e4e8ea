/// Tokens of JSON text, for showing it: their text is what was written, digit by digit.
enum JSONScan {
    enum Kind: Hashable, Sendable {
        case openObject, closeObject, openArray, closeArray, comma, colon, key, string, literal
    }

    struct Token: Hashable, Sendable {
        var kind: Kind
        var text: Substring
    }

    /// The tokens of a text that is one JSON object or array; `nil` when it is not JSON by its shape. Nesting is checked,
    /// literals are only looked at from outside.
    static func tokens(of text: String) -> [Token]? {
        guard let first = text.utf8.first(where: { !isSpace($0) }), first == 0x7B || first == 0x5B else { return nil }
        var scanner = Scanner(text)
        return scanner.run()
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private struct Scanner {
        let text: String
        var index: String.UTF8View.Index
        var tokens: [Token] = []
        /// Open containers, `true` for objects.
        var open: [Bool] = []

        init(_ text: String) {
            self.text = text
            index = text.utf8.startIndex
        }

        mutating func run() -> [Token]? {
            let bytes = text.utf8
            while index < bytes.endIndex {
                let byte = bytes[index]
                if isSpace(byte) {
                    index = bytes.index(after: index)
                    continue
                }
                guard step(byte) else { return nil }
                if open.isEmpty {
                    let rest = bytes[index...]
                    return rest.allSatisfy(isSpace) ? tokens : nil
                }
            }
            return nil
        }

        private mutating func step(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x7B: begin(.openObject, object: true)
            case 0x5B: begin(.openArray, object: false)
            case 0x7D: return end(.closeObject, object: true)
            case 0x5D: return end(.closeArray, object: false)
            case 0x2C: single(.comma)
            case 0x3A: single(.colon)
            case 0x22: return string()
            default: return literal()
            }
            return true
        }

        private mutating func single(_ kind: Kind) {
            let next = text.utf8.index(after: index)
            tokens.append(Token(kind: kind, text: text[index..<next]))
            index = next
        }

        private mutating func begin(_ kind: Kind, object: Bool) {
            open.append(object)
            single(kind)
        }

        private mutating func end(_ kind: Kind, object: Bool) -> Bool {
            guard open.popLast() == object else { return false }
            single(kind)
            return true
        }

        private mutating func string() -> Bool {
            let bytes = text.utf8
            let start = index
            var position = bytes.index(after: index)
            while position < bytes.endIndex {
                let byte = bytes[position]
                position = bytes.index(after: position)
                if byte == 0x5C {
                    guard position < bytes.endIndex else { return false }
                    position = bytes.index(after: position)
                } else if byte == 0x22 {
                    let isKey = open.last == true && [.openObject, .comma].contains(tokens.last?.kind)
                    tokens.append(Token(kind: isKey ? .key : .string, text: text[start..<position]))
                    index = position
                    return true
                }
            }
            return false
        }

        private mutating func literal() -> Bool {
            let bytes = text.utf8
            let start = index
            while index < bytes.endIndex, isLiteral(bytes[index]) { index = bytes.index(after: index) }
            guard start < index, !open.isEmpty else { return false }
            tokens.append(Token(kind: .literal, text: text[start..<index]))
            return true
        }

        private func isLiteral(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: true
            default: false
            }
        }
    }
}
