import TraceModel

/// What was said in sessions of a list: the first words of each, and where the text is that a filter looks for.
struct SessionsSaid: Sendable {
    private var wordsLoader = Loader(slot: SessionsScreen.Slot.words)
    private var matchesLoader = Loader(slot: SessionsScreen.Slot.matches)
    /// By session; read again while a session without words grows.
    private var words: [ExactText: (text: String, spans: Int)] = [:]
    private var asked: [ExactText: Int] = [:]
    /// `nil` for a session in whose content the text is not: a field of it has it.
    private var matches: [ExactText: Snippets.Snippet?] = [:]

    /// More than anybody scrolls past are not kept.
    private static let most = 2000

    func words(of session: SessionSummary) -> String? { words[ExactText(session.sessionID)]?.text }

    func match(in session: SessionSummary) -> Snippets.Snippet? { matches[ExactText(session.sessionID)] ?? nil }

    mutating func askForWords(_ sessions: [SessionSummary], _ scope: inout Scope) {
        guard !wordsLoader.isLoading else { return }
        if words.count > Self.most { words = [:] }
        let missing = sessions.filter { session in
            guard let known = words[ExactText(session.sessionID)] else { return true }
            return known.text.isEmpty && known.spans != session.spans
        }
        guard !missing.isEmpty else { return }
        asked = Dictionary(missing.map { (ExactText($0.sessionID), $0.spans) }) { $1 }
        wordsLoader.ask(.firstWords(missing.map(\.sessionID)), &scope)
    }

    mutating func take(_ new: [String: String], for id: RequestID) {
        guard wordsLoader.accept(id) != .stale else { return }
        for (session, spans) in asked { words[session] = (new[session.text] ?? "", spans) }
    }

    mutating func askForMatches(_ sessions: [SessionSummary], _ filter: SpanFilter, _ scope: inout Scope) {
        guard !matchesLoader.isLoading else { return }
        if matches.count > Self.most { matches = [:] }
        let missing = sessions.map(\.sessionID).filter { matches[ExactText($0)] == nil }
        guard !missing.isEmpty else { return }
        for session in missing { matches[ExactText(session)] = .some(nil) }
        matchesLoader.ask(.firstMatches(missing, filter), &scope)
    }

    mutating func take(_ spans: [LoadedSpan], sought: String, for id: RequestID) {
        guard matchesLoader.accept(id) != .stale else { return }
        for span in spans {
            matches[ExactText(span.stored.sessionID)] = .some(Snippets.Snippet(of: span.detail, sought))
        }
    }

    mutating func forgetMatches() {
        matches = [:]
        matchesLoader.forget()
    }

    mutating func fail(_ id: RequestID) {
        _ = wordsLoader.accept(id)
        _ = matchesLoader.accept(id)
    }
}
