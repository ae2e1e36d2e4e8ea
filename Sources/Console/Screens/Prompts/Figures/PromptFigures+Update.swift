import Experiments
import TraceModel

extension PromptFigures {
    private static func request(_ key: String) -> Request { .spans(PromptMetrics.query(key: key)) }

    /// Another prompt is selected.
    mutating func select(_ key: String?, _ scope: inout Scope) {
        (metrics, callers) = (nil, PromptCallers())
        ask(key, &scope)
    }

    mutating func ask(_ key: String?, _ scope: inout Scope) {
        if let key { metricsLoader.ask(Self.request(key), &scope) }
    }

    /// The store has changed.
    mutating func refresh(_ key: String?, _ scope: inout Scope) {
        if let key { metricsLoader.refresh(Self.request(key), &scope) }
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, of key: String?, _ scope: inout Scope) {
        switch answer {
        case .spans(let page):
            let verdict = metricsLoader.accept(id)
            guard verdict != .stale else { return }
            metrics = PromptMetrics(page.spans, isPartial: page.hasEarlier, sessionScores: page.sessionScores)
            callers = PromptCallers(page.spans)
            if !callers.wanted.isEmpty { callersLoader.ask(.contents(callers.wanted), &scope) }
            if verdict == .currentButOld { ask(key, &scope) }
        case .contents(let loaded) where callersLoader.accept(id) != .stale: callers.learn(loaded)
        default: break
        }
    }

    mutating func fail(_ id: RequestID) {
        _ = metricsLoader.accept(id)
        _ = callersLoader.accept(id)
    }
}
