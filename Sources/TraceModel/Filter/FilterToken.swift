/// A piece of a filter's text with its place, in characters.
struct FilterToken: Equatable {
    enum Kind: Equatable {
        case open
        case close
        case or
        case and
        case not
        /// Text in quotes.
        case quoted(String)
        /// A run without spaces: a bare word or `field:value`. Quotes inside a value are already taken off.
        case word(String)
    }

    var kind: Kind
    var column: Int
    var length: Int

    var isCondition: Bool {
        switch kind {
        case .quoted, .word: true
        case .open, .close, .or, .and, .not: false
        }
    }

    func mistake(_ reason: String, hint: String) -> FilterMistake {
        FilterMistake(column: column, length: length, reason: reason, hint: hint)
    }
}

/// Cuts a filter's text into tokens.
struct FilterLexer {
    private let characters: [Character]
    private var position = 0

    init(_ text: String) {
        characters = Array(text)
    }

    static func tokens(of text: String) throws(FilterMistake) -> [FilterToken] {
        var lexer = FilterLexer(text)
        var tokens: [FilterToken] = []
        while let token = try lexer.next() {
            tokens.append(token)
        }
        return tokens
    }

    private mutating func next() throws(FilterMistake) -> FilterToken? {
        while position < characters.count, characters[position].isWhitespace {
            position += 1
        }
        guard position < characters.count else { return nil }
        let start = position
        switch characters[start] {
        case "(": return single(.open)
        case ")": return single(.close)
        case "!": return single(.not)
        case "-" where hasMoreThanADash: return single(.not)
        case "\"":
            let text = try quoted()
            return FilterToken(kind: .quoted(text), column: start, length: position - start)
        default:
            return try word()
        }
    }

    /// A dash in front of something excludes it; a dash alone is a word.
    private var hasMoreThanADash: Bool {
        position + 1 < characters.count && !characters[position + 1].isWhitespace && characters[position + 1] != ")"
    }

    private mutating func single(_ kind: FilterToken.Kind) -> FilterToken {
        position += 1
        return FilterToken(kind: kind, column: position - 1, length: 1)
    }

    private mutating func word() throws(FilterMistake) -> FilterToken {
        let start = position
        var text = ""
        while position < characters.count {
            let character = characters[position]
            if character.isWhitespace || character == "(" || character == ")" { break }
            if character == "\"" {
                text += try quoted()
            } else {
                text.append(character)
                position += 1
            }
        }
        let kind: FilterToken.Kind = text == "OR" ? .or : text == "AND" ? .and : .word(text)
        return FilterToken(kind: kind, column: start, length: position - start)
    }

    /// Reads from an opening quote to its closing one; `\"` and `\\` stand for themselves.
    private mutating func quoted() throws(FilterMistake) -> String {
        let start = position
        var text = ""
        position += 1
        while position < characters.count {
            let character = characters[position]
            position += 1
            if character == "\"" { return text }
            if character == "\\", position < characters.count, "\"\\".contains(characters[position]) {
                text.append(characters[position])
                position += 1
            } else {
                text.append(character)
            }
        }
        throw FilterMistake(
            column: start, length: characters.count - start, reason: "this quote is not closed", hint: "end it with \"")
    }
}
