import TraceModel

/// The calls of a session before one of its calls, read so that it can be told what that call added.
struct CallsBefore: Sendable {
    /// Calls that are looked at: one that ran beside may lie between a call and the one it goes on from.
    private static let limit = 8

    private(set) var calls = EarlierCalls()
    private var spansLoader = Loader(slot: SpanScreen.Slot.callsBefore)
    private var contentsLoader = Loader(slot: SpanScreen.Slot.saidBefore)
    private var key: SpanKey?

    /// Asks for what came before a call; once for each.
    mutating func ask(for loaded: LoadedSpan, _ scope: inout Scope) {
        guard loaded.stored.isCall, case .messages = loaded.detail.input, key != loaded.stored.span.key else { return }
        key = loaded.stored.span.key
        let filter = SpanFilter.and([
            .text(.session, .init(loaded.stored.sessionID)), .text(.kind, .init(SpanKind.llm.rawValue)),
        ])
        spansLoader.ask(
            .spans(
                SpanQuery(filter: filter, order: .start, anchor: .before(loaded.stored.span.key), limit: Self.limit)),
            &scope)
    }

    mutating func receive(_ spans: [StoredSpan], for id: RequestID, _ scope: inout Scope) {
        guard spansLoader.accept(id) != .stale else { return }
        let keys = spans.filter(\.isCall).map(\.span.key)
        if !keys.isEmpty { contentsLoader.ask(.contents(keys), &scope) }
    }

    /// Takes what was said; `false` when it is not what was asked for.
    mutating func receive(_ contents: [LoadedSpan], for id: RequestID) -> Bool {
        guard contentsLoader.accept(id) != .stale else { return false }
        calls = EarlierCalls()
        for loaded in contents { calls.add(loaded) }
        return true
    }

    /// Another call comes.
    mutating func forget() {
        (calls, key) = (EarlierCalls(), nil)
        spansLoader.forget()
        contentsLoader.forget()
    }

    mutating func fail(_ id: RequestID) {
        _ = spansLoader.accept(id)
        _ = contentsLoader.accept(id)
    }
}
