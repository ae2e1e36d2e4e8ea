import Assignment
import Console
import OrderedJSON
import TraceModel

/// Reads what recorded sessions were asked with, for a replay (design §7, "Assignment context").
struct RecordedSessions: Sendable {
    let reader: any TraceReader
    let decode: @Sendable (StoredSpanPayload) throws -> LoadedSpan

    /// Sessions of a config, the latest first. A session whose spans carry `fallom.context` is replayed with that, any
    /// other with its customer and the texts of its metadata.
    func read(config: String, limit: Int) async throws -> [RecordedSession] {
        var sessions: [RecordedSession] = []
        var query = SessionQuery(
            filter: .text(.config, SpanFilter.TextPattern(config)), sort: .lastAt, limit: min(limit, 500))
        while sessions.count < limit {
            let page = try await reader.sessions(query)
            for summary in page.sessions where sessions.count < limit {
                try Task.checkCancellation()
                sessions.append(try await session(summary, config: config))
            }
            query.offset += page.sessions.count
            if page.sessions.isEmpty || query.offset >= page.total { break }
        }
        return sessions
    }

    private func session(_ summary: SessionSummary, config: String) async throws -> RecordedSession {
        let assigned = try await reader.assignments(ofSession: summary.sessionID).last {
            $0.configKey.utf8.elementsEqual(config.utf8)
        }
        var session = RecordedSession(
            sessionID: summary.sessionID, customerID: summary.customerID, context: EvaluationContext(),
            contextSource: .inferred, assignedVersion: assigned?.configVersion, assignedModel: assigned?.assignedModel)
        guard let first = try await reader.spans(ofSession: summary.sessionID, limit: 1).first else { return session }
        if let payload = try await reader.payload(of: first.span.key),
            let recorded = Self.context(of: try decode(payload).detail)
        {
            session.context = recorded
            session.contextSource = .recorded
        } else {
            session.context = EvaluationContext(
                first.span.metadata.entries.compactMap { entry in
                    if case .string(let text) = entry.value { (entry.name, text) } else { nil }
                })
        }
        return session
    }

    /// The attribute `fallom.context`: an object of texts, as a map or as JSON text.
    static func context(of detail: SpanDetail) -> EvaluationContext? {
        switch detail.attributes["fallom.context"] {
        case .map(let map):
            return EvaluationContext(
                map.entries.compactMap { entry in
                    if case .string(let text) = entry.value { (entry.name, text) } else { nil }
                })
        case .string(let text):
            guard let members = (try? JSONValue(parsing: Array(text.utf8)))?.object else { return nil }
            return EvaluationContext(members.compactMap { member in member.value.string.map { (member.name, $0) } })
        default:
            return nil
        }
    }
}
