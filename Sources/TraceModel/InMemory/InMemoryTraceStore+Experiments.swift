extension InMemoryTraceStore {
    /// The sessions of a config.
    public func configSessions(_ query: ConfigSessionQuery) async throws -> ConfigSessionPage {
        withContents { contents in
            let sessions = contents.configSessions(query).map(\.session)
            return ConfigSessionPage(
                sessions: Array(sessions.prefix(max(0, query.limit))), total: sessions.count,
                revision: contents.revision)
        }
    }

    /// Figures of model calls.
    public func calls(_ query: CallQuery) async throws -> CallPage {
        withContents { contents in
            var page = CallPage(sessions: [], calls: [], isPartial: false, revision: contents.revision)
            for stored in contents.spans(query) {
                let place = page.sessions.firstIndex { ExactText($0) == ExactText(stored.sessionID) }
                guard let figures = CallFigures(stored, session: place ?? page.sessions.count) else { continue }
                guard page.calls.count < max(0, query.limit) else {
                    page.isPartial = true
                    break
                }
                if place == nil { page.sessions.append(stored.sessionID) }
                page.calls.append(figures)
            }
            return page
        }
    }
}

extension InMemoryContents {
    /// A session of a config with the spans of it that count.
    struct Member {
        var session: ConfigSession
        var spans: [StoredSpan]
    }

    mutating func configSessions(_ query: ConfigSessionQuery) -> [Member] {
        let key = ExactText(query.configKey)
        var histories: [ExactText: AssignmentHistory] = [:]
        for assignment in assignments where ExactText(assignment.configKey) == key {
            let session = ExactText(assignment.sessionID)
            if histories[session]?.add(assignment) == nil { histories[session] = AssignmentHistory(assignment) }
        }
        let summaries = Dictionary(
            uniqueKeysWithValues: summaries(passing: nil).map { (ExactText($0.sessionID), $0) })
        var members: [Member] = []
        for (id, spans) in Dictionary(grouping: resolved().values, by: { ExactText($0.sessionID) }) {
            let sorted = spans.sorted { SpanOrder.start.precedes($0, $1) }
            let own = sorted.filter { $0.configKey.map(ExactText.init) == key }
            guard let summary = summaries[id], !own.isEmpty || histories[id] != nil,
                query.since.map({ summary.lastAt >= $0 }) ?? true
            else { continue }
            let session = ConfigSession(
                sessionID: id.text, customerID: summary.customerID, lastAt: summary.lastAt,
                context: sorted.lazy.compactMap(\.span.context).first,
                metadata: sorted.lazy.map(\.span.metadata).first { !$0.isEmpty } ?? AttributeMap(),
                assignment: histories[id]?.last, isReassigned: histories[id]?.isReassigned ?? false)
            members.append(Member(session: session, spans: own.isEmpty ? sorted : own))
        }
        return members.sorted {
            ($1.session.lastAt, ExactText($0.session.sessionID)) < ($0.session.lastAt, ExactText($1.session.sessionID))
        }
    }

    fileprivate mutating func spans(_ query: CallQuery) -> [StoredSpan] {
        switch query.scope {
        case .config(let key):
            configSessions(ConfigSessionQuery(configKey: key, since: query.since, limit: .max)).flatMap(\.spans)
        case .prompt(let key):
            resolved().values.filter { stored in
                stored.span.promptKey.map(ExactText.init) == ExactText(key)
                    && query.since.map { stored.span.start >= $0 } ?? true
            }.sorted { $1.sequence < $0.sequence }
        }
    }
}
