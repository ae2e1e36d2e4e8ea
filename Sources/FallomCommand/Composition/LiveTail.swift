import TraceModel

/// Prints spans as they are finished: each once, in the order in which they are.
struct LiveTail: Sendable {
    let filter: SpanFilter
    /// How many of the newest are printed first.
    let last: Int
    let output: StandardOutput
    let isJSON: Bool
    let terminal: Terminal

    private static let window = 200
    /// Calls in flight that are waited for; the oldest is forgotten first.
    private static let mostRunning = 10_000

    /// Prints until the task is cancelled.
    func run(_ reader: any TraceReader) async throws {
        var revisions = reader.revisions().makeAsyncIterator()
        var anchor = try await start(reader)
        var running: [SpanKey] = []
        repeat {
            for key in running {
                guard let payload = try await reader.payload(of: key), !payload.stored.span.isRunning else { continue }
                running.removeAll { $0 == key }
                try await show(payload.stored, reader)
            }
            while true {
                let page = try await reader.spans(
                    SpanQuery(filter: filter, order: .arrival, anchor: anchor, limit: Self.window))
                for stored in page.spans {
                    if stored.span.isRunning { running.append(stored.span.key) } else { try await show(stored, reader) }
                }
                if let newest = page.spans.last { anchor = .after(newest.span.key) }
                if !page.hasLater { break }
            }
            running.removeFirst(max(0, running.count - Self.mostRunning))
        } while await revisions.next() != nil
    }

    /// Prints the newest, and says where what comes next begins.
    private func start(_ reader: any TraceReader) async throws -> SpanAnchor {
        let page = try await reader.spans(
            SpanQuery(filter: filter, order: .arrival, anchor: .newest, limit: max(1, last)))
        for stored in page.spans.suffix(last) { try await show(stored, reader) }
        return page.spans.last.map { .after($0.span.key) } ?? .oldest
    }

    private func show(_ stored: StoredSpan, _ reader: any TraceReader) async throws {
        if isJSON {
            try output.line(try await SpanListing.document(of: stored, in: reader))
        } else {
            try output.line(SpanLine(stored: stored).text(for: terminal))
        }
    }
}
