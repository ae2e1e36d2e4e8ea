import TraceModel

/// What the user of a trace waited for: of spans that ran beside each other only the one that ended last.
struct CriticalPath: Sendable {
    /// Its spans; nothing where none ran beside it, for then all of the trace is it.
    private(set) var keys: Set<SpanKey> = []

    /// - Parameter ordered: the spans of a trace by start.
    init(_ ordered: [StoredSpan]) {
        guard ordered.count > 2, !ordered.contains(where: \.span.isRunning) else { return }
        let known = Set(ordered.map(\.span.key.spanID))
        var children: [String: [StoredSpan]] = [:]
        var roots: [StoredSpan] = []
        for stored in ordered {
            if let parent = stored.span.parentID, known.contains(parent), parent != stored.span.key.spanID {
                children[parent, default: []].append(stored)
            } else {
                roots.append(stored)
            }
        }
        var stack = Self.last(of: roots, before: nil)
        while let stored = stack.popLast() {
            guard keys.insert(stored.span.key).inserted else { continue }
            stack += Self.last(of: children[stored.span.key.spanID] ?? [], before: Self.end(stored))
        }
        if keys.count == ordered.count { keys = [] }
    }

    private static func end(_ stored: StoredSpan) -> Timestamp {
        stored.span.start.advanced(byNanoseconds: stored.span.durationNanoseconds ?? 0)
    }

    /// From a moment backwards: the span that ended last before it, then the one that ended last before that began.
    private static func last(of spans: [StoredSpan], before moment: Timestamp?) -> [StoredSpan] {
        let byEnd = spans.sorted { (end($0), $0.sequence) > (end($1), $1.sequence) }
        var (path, cursor) = ([StoredSpan](), moment)
        for stored in byEnd {
            // What goes on after its parent has ended is cut at its end: nobody waited for the rest.
            if let cursor, stored.span.start >= cursor { continue }
            if let began = path.last?.span.start, end(stored) > began { continue }
            path.append(stored)
            cursor = stored.span.start
        }
        return path
    }
}
