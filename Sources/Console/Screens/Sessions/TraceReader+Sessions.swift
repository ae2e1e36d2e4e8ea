public import TraceModel

extension TraceReader {
    /// Spans of a session that are looked into for its first words: those of a usual preamble.
    private var looked: Int { 40 }

    /// The first words a person said in each of some sessions.
    public func firstWords(
        of sessions: [String], decode: (StoredSpanPayload) throws -> LoadedSpan
    ) async throws -> [String: String] {
        var words: [String: String] = [:]
        for session in sessions {
            try Task.checkCancellation()
            let spans = try await spans(ofSession: session, limit: looked)
            for stored in spans.filter(\.isCall).prefix(3) + spans.filter({ !$0.isCall }).prefix(2) {
                guard let payload = try await payload(of: stored.span.key),
                    let text = try decode(payload).detail.input.firstWords
                else { continue }
                words[session] = text
                break
            }
        }
        return words
    }

    /// The first span of each of some sessions that a filter lets through.
    public func firstMatches(
        in sessions: [String], _ filter: SpanFilter, decode: (StoredSpanPayload) throws -> LoadedSpan
    ) async throws -> [LoadedSpan] {
        var found: [LoadedSpan] = []
        for session in sessions {
            try Task.checkCancellation()
            let own = SpanFilter.and([.text(.session, SpanFilter.TextPattern(session)), filter])
            let page = try await spans(SpanQuery(filter: own, order: .start, anchor: .oldest, limit: 1))
            guard let key = page.spans.first?.span.key, let payload = try await payload(of: key) else { continue }
            found.append(try decode(payload))
        }
        return found
    }
}

extension CapturedContent {
    /// What a person said first, on one line.
    fileprivate var firstWords: String? {
        switch self {
        case .notCaptured: nil
        case .value(let text): Self.line(text)
        case .messages(let messages):
            messages.lazy.filter { $0.role == "user" }.flatMap(\.parts).compactMap { part in
                if case .text(let text) = part { Self.line(text) } else { nil }
            }.first
        }
    }

    /// Longer than any column.
    private static let length = 160

    private static func line(_ text: String) -> String? {
        let words = text.prefix(4 * length).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? nil : String(words.prefix(length))
    }
}
