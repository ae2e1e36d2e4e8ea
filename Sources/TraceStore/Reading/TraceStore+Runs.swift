internal import GRDB
internal import TraceModel

extension TraceStore {
    /// A filter as people mean it: without calls of runs, where the store has any and the filter asks for none.
    func apart(_ filter: SpanFilter) async throws -> SpanFilter {
        guard !filter.namesRuns else { return filter }
        return try await read { try $0.apart(filter) }
    }
}

extension Database {
    /// How many spans are of runs.
    func triedSpans() throws -> Int64 {
        try number(
            "SELECT count(*) FROM span WHERE session_no IN (SELECT no FROM session WHERE \(FilterSQL.isOfRun))") ?? 0
    }

    /// The same; without any run, a filter that lets everything through keeps its short ways.
    func apart(_ filter: SpanFilter) throws -> SpanFilter {
        guard !filter.namesRuns,
            try number("SELECT 1 FROM session WHERE \(FilterSQL.isOfRun) LIMIT 1") != nil
        else { return filter }
        return filter.withoutRuns
    }
}
