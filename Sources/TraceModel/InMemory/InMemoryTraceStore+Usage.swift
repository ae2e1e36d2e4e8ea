extension InMemoryTraceStore {
    /// Sums over spans.
    public func usage(_ query: UsageQuery) async throws -> UsageReport {
        let filter = query.filter.withoutRuns
        return withContents { contents in
            var tally = UsageTally(query)
            var sessions: [ExactText: Int64] = [:]
            for payload in contents.payloads().sorted(by: { $0.stored.sequence < $1.stored.sequence }) {
                let looking = looking(payload, contents)
                guard filter.matches(payload.stored, looking: looking) else { continue }
                let id = ExactText(payload.stored.sessionID)
                let number = sessions[id] ?? Int64(sessions.count)
                sessions[id] = number
                tally.add(
                    UsageSpan(payload.stored, session: number),
                    values: query.fields.map { $0.values(of: payload.stored, looking: looking) })
            }
            return tally.report(revision: contents.revision)
        }
    }
}
