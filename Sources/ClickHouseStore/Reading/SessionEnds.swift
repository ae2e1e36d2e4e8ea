internal import TraceModel

/// What filters ask about a span's session that no span says: what is kept of it, and its scores.
struct SessionEnds {
    var kept: [ExactText: KeptSession] = [:]
    var scores: [ExactText: [Score]] = [:]

    /// Lets a filter see what there is beside a span.
    func add(_ stored: StoredSpan, to lookup: inout SpanFilterLookup) {
        let session = ExactText(stored.sessionID)
        let (own, all) = (kept[session], (scores[session] ?? []) + stored.scores)
        lookup.kept = { own }
        lookup.scores = { all }
    }
}

extension ClickHouseStore {
    /// What a filter asks about sessions.
    func facts(for filter: SpanFilter) async throws(ClickHouseError) -> SessionEnds {
        var facts = SessionEnds()
        if filter.needsKept { facts.kept = try await keptBySession() }
        guard filter.needsScores else { return facts }
        for score in try await scoreRows("kind = 0") {
            if case .session(let id) = score.target { facts.scores[ExactText(id), default: []].append(score) }
        }
        return facts
    }
}
