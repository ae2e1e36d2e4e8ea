internal import TraceModel

extension ClickHouseStore {
    /// A filter as a condition, with what must be asked for it first.
    ///
    /// - Parameter revision: the one that the answer is to be of.
    func condition(_ filter: SpanFilter, at revision: Int64) async throws(ClickHouseError) -> PushedCondition {
        var known = PushedCondition.Knowledge(contents: table("contents"))
        known.foreign = try await foreignValues(filter.columns, since: filter.earliest, at: revision)
        if filter.needsKept { known.kept = try await allKept() }
        if filter.needsScores { known.scores = try await scoreRows("1") }
        var condition = PushedCondition(filter, known)
        if let way = narrowing(filter, known) {
            condition.sql = "\(way) AND \(condition.sql)"
            condition.isNarrow = true
        }
        return condition
    }

    /// The way to the rows of one trace or one session, where the filter names one.
    private func narrowing(_ filter: SpanFilter, _ known: PushedCondition.Knowledge) -> String? {
        let conjuncts = if case .and(let parts) = filter { parts } else { [filter] }
        for case .text(let field, let pattern) in conjuncts where field == .trace || field == .session {
            let folded = FoldedText(pattern.pattern).bytes
            let column: FilterColumn = field == .trace ? .trace : .session
            guard folded.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "*") }) else { continue }
            if pattern.mayFitForeign {
                guard let foreign = known.foreign[column] ?? nil, !foreign.contains(where: pattern.matches) else {
                    continue
                }
            }
            let hash = "sipHash64(\(SQLText.literal(String(decoding: folded, as: UTF8.self))))"
            return field == .trace
                ? leading(toTrace: hash)
                : "hour IN (SELECT hour FROM \(table("sessions")) WHERE session_hash = \(hash)) AND session_hash = \(hash)"
        }
        return nil
    }
}
