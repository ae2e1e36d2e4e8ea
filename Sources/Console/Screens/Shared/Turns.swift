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

    /// Groups spans that come in order of start.
    init(_ spans: [StoredSpan]) {
        var order: [String] = []
        var groups: [String: [StoredSpan]] = [:]
        for stored in spans {
            let id = stored.span.key.traceID
            if groups[id] == nil { order.append(id) }
            groups[id, default: []].append(stored)
        }
        turns = order.map { id in
            let own = groups[id] ?? []
            return Turn(traceID: id, waterfall: Waterfall(own), spans: own)
        }
    }

    func number(of traceID: String) -> Int? {
        turns.firstIndex { $0.traceID.utf8.elementsEqual(traceID.utf8) }.map { $0 + 1 }
    }
}
