import TraceModel

/// What a copy brought over.
struct CopyReport: Hashable, Sendable {
    /// Spans copied by this run.
    var spans = 0
    /// Those of them that were not there.
    var new = 0
    /// Spans that an earlier run, which was cut off, had copied.
    var skipped = 0
    /// Recorded assignments.
    var assignments = 0
    /// Sessions of which something is kept.
    var kept = 0
    /// Scores.
    var scores = 0
}

/// Copies spans in the order in which they arrived, a page at a time, each page noted once it is committed.
struct StoreCopy: Sendable {
    let source: any SpanStore
    let target: any SpanStore
    let filter: SpanFilter
    let marker: CopyMarker
    /// Hears how many spans are copied.
    let tell: @Sendable (Int) -> Void
    private static let page = 1000

    func run() async throws -> CopyReport {
        var report = CopyReport()
        try await copySpans(&report)
        try await copySessions(&report)
        marker.remove()
        return report
    }

    private func copySpans(_ report: inout CopyReport) async throws {
        var anchor = SpanAnchor.oldest
        if let mark = marker.read(), try await source.payload(of: mark.key) != nil {
            anchor = .after(mark.key)
            report.skipped = mark.spans
        }
        while true {
            let page = try await source.spans(
                SpanQuery(filter: filter, order: .arrival, anchor: anchor, limit: Self.page))
            guard let last = page.spans.last else { return }
            var batch = IngestBatch()
            for payload in try await source.payloads(of: page.spans.map(\.span.key)) {
                batch.spans.append(IngestedSpan(span: payload.stored.span, payload: payload.filled.payload))
                batch.contents += payload.contents
            }
            let receipt = try await target.append(batch)
            report.spans += batch.spans.count
            report.new += receipt.stored
            try marker.write(CopyMarker.Mark(key: last.span.key, spans: report.skipped + report.spans))
            tell(report.spans)
            guard page.hasLater else { return }
            anchor = .after(last.span.key)
        }
    }

    private func copySessions(_ report: inout CopyReport) async throws {
        var offset = 0
        while true {
            let page = try await source.sessions(
                SessionQuery(filter: filter, sort: .sessionID, descending: false, offset: offset, limit: Self.page))
            for session in page.sessions.map(\.sessionID) {
                try await copyAssignments(of: session, &report)
                try await copyKept(session, &report)
                try await copyScores(of: session, &report)
            }
            offset += page.sessions.count
            guard !page.sessions.isEmpty, offset < page.total else { return }
        }
    }

    /// Those that are not there yet: each as often as it was recorded.
    private func copyAssignments(of session: String, _ report: inout CopyReport) async throws {
        let all = try await source.assignments(ofSession: session)
        guard !all.isEmpty else { return }
        var there = try await target.assignments(ofSession: session)
        let missing = all.filter { assignment in
            guard let place = there.firstIndex(of: assignment) else { return true }
            there.remove(at: place)
            return false
        }
        guard !missing.isEmpty else { return }
        _ = try await target.append(IngestBatch(assignments: missing))
        report.assignments += missing.count
    }

    private func copyScores(of session: String, _ report: inout CopyReport) async throws {
        let scores = try await source.scores(ScoreQuery(.session(session))).scores.map(\.score)
        guard !scores.isEmpty else { return }
        _ = try await target.append(IngestBatch(scores: scores))
        report.scores += scores.count
    }

    /// With its time. What was changed later where it is copied to stays there, and the source's is added.
    private func copyKept(_ session: String, _ report: inout CopyReport) async throws {
        guard let kept = try await source.kept(session) else { return }
        let own = try await target.kept(session)
        let changes: [KeepChange] =
            own.map { $0.time > kept.time } == true
            ? KeptImport.changes(from: own, to: kept) : [.pin(kept.isPinned), .note(kept.note), .label(kept.labels)]
        for change in changes { _ = try await target.keep(session, change, at: kept.time) }
        report.kept += 1
    }
}
