import TraceModel

/// The turns of a session: each trace is one, in the order of their first starts.
struct Turns: Sendable {
    /// One turn.
    struct Turn: Sendable {
        let traceID: String
        let waterfall: Waterfall
        let spans: [StoredSpan]

        /// Its requests to models, by start.
        var calls: [StoredSpan] {
            spans.filter(\.isCall)
        }

        /// Whether it is a turn of a coding agent: what was asked, its calls and its tools.
        var isAgents: Bool {
            waterfall.rows.first.map { $0.stored.span.dialect.isCodingAgent && $0.stored.span.kind == .agent } ?? false
        }
    }

    let turns: [Turn]
    /// Whether of any span it is known what it cost.
    let hasCost: Bool

    /// Groups spans that come in order of start; turns that are as they were are taken over.
    init(_ spans: [StoredSpan], before: Turns? = nil) {
        hasCost = spans.contains { $0.span.cost != nil }
        var order: [String] = []
        var groups: [String: [StoredSpan]] = [:]
        for stored in spans {
            let id = stored.span.key.traceID
            if groups[id] == nil { order.append(id) }
            groups[id, default: []].append(stored)
        }
        let known = Dictionary(before?.turns.map { ($0.traceID, $0) } ?? []) { first, _ in first }
        turns = order.map { id in
            let own = groups[id] ?? []
            if let turn = known[id], turn.spans == own { return turn }
            return Turn(traceID: id, waterfall: Waterfall(own), spans: own)
        }
    }

    /// Which turn a trace is, from 1, among spans that come in order of start.
    static func number(of traceID: String, in spans: [StoredSpan]) -> Int? {
        var known: Set<String> = []
        for stored in spans {
            let id = stored.span.key.traceID
            guard known.insert(id).inserted else { continue }
            if id.utf8.elementsEqual(traceID.utf8) { return known.count }
        }
        return nil
    }
}
