import Assignment

/// The words of a stretch of text, with what stands between them: the units that a word diff marks.
///
/// A token never splits a grapheme. Scripts written without spaces give one token a character; a placeholder is one token.
struct WordTokens: Sendable {
    /// What a token is.
    enum Kind: Hashable, Sendable {
        case word
        case punctuation
        case space
        case newline
        case placeholder
    }

    /// A token: its kind and where it lies in the text's UTF-8.
    struct Token: Sendable {
        var kind: Kind
        var range: Range<Int>
        /// Whether it is a character of a script written without spaces.
        var standsAlone = false

        /// Whether it is white space or a line's end.
        var isSpace: Bool { kind == .space || kind == .newline }
    }

    private(set) var tokens: [Token] = []

    /// Cuts a stretch of a text.
    init(_ bytes: ArraySlice<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        let placeholders = Template(text).pieces.compactMap { piece -> Range<String.Index>? in
            if case .placeholder(let range, _) = piece { range } else { nil }
        }
        var next = placeholders[...]
        var index = text.startIndex
        while index < text.endIndex {
            if let placeholder = next.first, placeholder.lowerBound <= index {
                next = next.dropFirst()
                // A combining mark may have glued the closing brace to what follows; graphemes come first.
                guard placeholder.lowerBound == index, text.isGraphemeStart(placeholder.upperBound) else { continue }
                append(.placeholder, text, placeholder, base: bytes.startIndex)
                index = placeholder.upperBound
                continue
            }
            let end = text.index(after: index)
            append(Kind(text[index]), text, index..<end, base: bytes.startIndex)
            index = end
        }
        joinInnerMarks(bytes)
    }

    /// Adds a character: to the word or space before it where both belong together, else as a token of its own.
    private mutating func append(_ kind: Kind, _ text: String, _ range: Range<String.Index>, base: Int) {
        let start = base + text.utf8Offset(of: range.lowerBound)
        let end = base + text.utf8Offset(of: range.upperBound)
        let standsAlone =
            kind == .word && text[range].unicodeScalars.first.map(WordTokens.isWrittenWithoutSpaces) == true
        if let last = tokens.last, last.kind == kind,
            kind == .space || (kind == .word && !standsAlone && !last.standsAlone)
        {
            tokens[tokens.count - 1].range = last.range.lowerBound..<end
            return
        }
        tokens.append(Token(kind: kind, range: start..<end, standsAlone: standsAlone))
    }

    /// Joins `don't` and `3.5`: one mark between two words without space.
    private mutating func joinInnerMarks(_ bytes: ArraySlice<UInt8>) {
        var joined: [Token] = []
        joined.reserveCapacity(tokens.count)
        var index = 0
        while index < tokens.count {
            let token = tokens[index]
            if token.kind == .punctuation, let before = joined.last, before.kind == .word, index + 1 < tokens.count,
                tokens[index + 1].kind == .word,
                joins(bytes[token.range], bytes[before.range], bytes[tokens[index + 1].range])
            {
                joined[joined.count - 1].range = before.range.lowerBound..<tokens[index + 1].range.upperBound
                index += 2
            } else {
                joined.append(token)
                index += 1
            }
        }
        tokens = joined
    }

    private func joins(_ mark: ArraySlice<UInt8>, _ before: ArraySlice<UInt8>, _ after: ArraySlice<UInt8>) -> Bool {
        let isDigit = { (byte: UInt8?) in byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
        if mark.elementsEqual("'".utf8) || mark.elementsEqual("\u{2019}".utf8) { return true }
        let isPoint = mark.elementsEqual(".".utf8) || mark.elementsEqual(",".utf8)
        return isPoint && isDigit(before.last) && isDigit(after.first)
    }

    /// Whether a script writes words without spaces: each of its characters is a token.
    private static func isWrittenWithoutSpaces(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x2E80...0x2FDF, 0x3005...0x30FF, 0x31F0...0x31FF,
            0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            true
        default: false
        }
    }
}

extension WordTokens.Kind {
    /// What a character is.
    init(_ character: Character) {
        if let byte = character.asciiValue {
            switch byte {
            case 0x0A, 0x0D: self = .newline
            case 0x20, 0x09, 0x0B, 0x0C: self = .space
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: self = .word
            default: self = .punctuation
            }
        } else if character.isNewline {
            self = .newline
        } else if character.isWhitespace {
            self = .space
        } else {
            self = character.isLetter || character.isNumber ? .word : .punctuation
        }
    }
}

extension String {
    /// Whether a grapheme begins at an index.
    fileprivate func isGraphemeStart(_ index: String.Index) -> Bool {
        index == endIndex || self.index(before: self.index(after: index)) == index
    }

    /// How many bytes of UTF-8 stand before an index.
    fileprivate func utf8Offset(of index: String.Index) -> Int { utf8.distance(from: startIndex, to: index) }
}
