/// Reads the filter language of the console and of `tail`, `sessions`, `spans` and `export` (docs/command-line.md §3).
///
/// A space means AND, `OR` means or, parentheses group, `!` or `-` in front excludes. `field:value` compares text
/// (`*` stands for any run of characters), `field>value` compares numbers with their unit, a bare word or quoted text
/// searches names and content. What cannot be read is a ``FilterMistake`` with its column; nothing is guessed.
public struct SpanFilterParser: Sendable {
    /// The moment that `since:15m` counts back from.
    public var now: Timestamp
    /// Seconds that the wall clock of whoever types is ahead of UTC at a moment: what dates and times of day are told in.
    public var offset: @Sendable (Timestamp) -> Int

    /// Makes a parser.
    public init(now: Timestamp, offset: @escaping @Sendable (Timestamp) -> Int = { _ in 0 }) {
        self.now = now
        self.offset = offset
    }

    /// Reads a filter; blank text is ``SpanFilter/all``.
    public func parse(_ text: String) throws(FilterMistake) -> SpanFilter {
        let tokens = try FilterLexer.tokens(of: text)
        guard !tokens.isEmpty else { return .all }
        try refuseTooMany(tokens)
        var cursor = Cursor(tokens: tokens, end: text.count)
        let filter = try alternatives(&cursor, depth: 0)
        if let extra = cursor.next {
            throw extra.mistake("this ) closes nothing", hint: "take it away")
        }
        return filter
    }

    /// Deeper nesting than anybody types is refused, so that no text can exhaust the stack.
    private static let deepestNesting = 64

    /// More conditions are refused: each costs time for every span that is looked at.
    public static let mostConditions = 2000

    private func refuseTooMany(_ tokens: [FilterToken]) throws(FilterMistake) {
        let conditions = tokens.filter { $0.isCondition }
        guard conditions.count > Self.mostConditions else { return }
        throw conditions[Self.mostConditions].mistake(
            "these are \(conditions.count) conditions, more than a filter takes",
            hint: "use at most \(Self.mostConditions), or * for many of a kind")
    }

    private struct Cursor {
        let tokens: [FilterToken]
        let end: Int
        var position = 0

        var next: FilterToken? { position < tokens.count ? tokens[position] : nil }
        /// What comes next, or the end of the text.
        var place: FilterToken { next ?? FilterToken(kind: .close, column: end, length: 1) }
    }

    private func alternatives(_ cursor: inout Cursor, depth: Int) throws(FilterMistake) -> SpanFilter {
        var parts = [try conjunction(&cursor, depth: depth)]
        while cursor.next?.kind == .or {
            cursor.position += 1
            parts.append(try conjunction(&cursor, depth: depth))
        }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private func conjunction(_ cursor: inout Cursor, depth: Int) throws(FilterMistake) -> SpanFilter {
        var parts: [SpanFilter] = []
        while let token = cursor.next, token.kind != .or, token.kind != .close {
            if token.kind == .and {
                cursor.position += 1
                guard !parts.isEmpty else { throw missing(at: token, what: "AND needs something before it") }
            }
            parts.append(try term(&cursor, depth: depth))
        }
        guard !parts.isEmpty else { throw missing(at: cursor.place) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private func missing(at token: FilterToken, what: String = "something is missing here") -> FilterMistake {
        token.mistake(what, hint: "type a word or field:value")
    }

    private func term(_ cursor: inout Cursor, depth: Int) throws(FilterMistake) -> SpanFilter {
        guard let token = cursor.next else { throw missing(at: cursor.place) }
        guard depth < Self.deepestNesting else {
            throw token.mistake("this is nested too deep", hint: "use at most \(Self.deepestNesting) levels")
        }
        cursor.position += 1
        switch token.kind {
        case .not:
            return .not(try term(&cursor, depth: depth + 1))
        case .open:
            let inner = try alternatives(&cursor, depth: depth + 1)
            guard cursor.next?.kind == .close else {
                throw token.mistake("this ( is not closed", hint: "end it with )")
            }
            cursor.position += 1
            return inner
        case .quoted(let text):
            return .words(text)
        case .word(let text):
            return try condition(text, at: token)
        case .close, .or, .and:
            throw missing(at: token)
        }
    }
}
