extension SpanOrder {
    /// Whether one span comes before another in this order.
    public func precedes(_ left: StoredSpan, _ right: StoredSpan) -> Bool {
        switch self {
        case .arrival: left.sequence < right.sequence
        case .start: (left.span.start, left.sequence) < (right.span.start, right.sequence)
        }
    }
}

extension SpanAnchor {
    /// The span it names.
    public var key: SpanKey? {
        switch self {
        case .newest, .oldest: nil
        case .before(let key), .after(let key), .around(let key): key
        }
    }
}

extension SpanQuery {
    /// The window of `ordered` (all spans that pass, in the query's order) that the query means. `anchor` is the span
    /// the query's anchor names; one that is not in the store leaves the newest for `before` and `around`, and the
    /// oldest for `after`. The anchor itself need not pass the filter.
    func window(over ordered: [StoredSpan], anchor: StoredSpan?) -> Range<Int> {
        let limit = max(0, limit)
        let all = ordered.startIndex..<ordered.endIndex
        let below = anchor.map { anchor in ordered.count { order.precedes($0, anchor) } }
        switch self.anchor {
        case .newest: return all.suffix(limit)
        case .oldest: return all.prefix(limit)
        case .before: return all.prefix(below ?? ordered.count).suffix(limit)
        case .after:
            let past = anchor.map { anchor in ordered.count { !order.precedes(anchor, $0) } }
            return all.dropFirst(past ?? 0).prefix(limit)
        case .around:
            guard let below else { return all.suffix(limit) }
            // Near an end the window is filled from the other side.
            let start = min(max(0, below - limit / 2), max(0, ordered.count - limit))
            return all.dropFirst(start).prefix(limit)
        }
    }
}

extension SessionQuery {
    /// Whether one session comes before another: by the column, where a figure that is unknown comes last either way,
    /// then by session id upwards.
    public func precedes(_ left: SessionSummary, _ right: SessionSummary) -> Bool {
        if sort == .sessionID {
            let (left, right) = (ExactText(left.sessionID), ExactText(right.sessionID))
            return descending ? right < left : left < right
        }
        let (leftFigure, rightFigure) = (left.figure(sort), right.figure(sort))
        if leftFigure != rightFigure {
            guard let leftFigure else { return false }
            guard let rightFigure else { return true }
            return descending ? leftFigure > rightFigure : leftFigure < rightFigure
        }
        return ExactText(left.sessionID) < ExactText(right.sessionID)
    }
}

extension SessionSummary {
    /// The figure a column sorts by; `nil` when it is unknown, and for the session id, which is no figure.
    public func figure(_ column: SessionSort) -> Int64? {
        switch column {
        case .lastAt: lastAt.unixNanoseconds
        case .startedAt: startedAt.unixNanoseconds
        case .sessionID: nil
        case .llmCalls: Int64(llmCalls)
        case .spans: Int64(spans)
        case .errors: Int64(errors)
        case .totalTokens: Int64(totalTokens)
        case .cost: cost?.nanoDollars
        case .latencyP50: latencyP50Nanoseconds
        case .latencyP95: latencyP95Nanoseconds
        case .ttftP95: ttftP95Nanoseconds
        case .duration: lastAt.nanoseconds(since: startedAt)
        }
    }
}
