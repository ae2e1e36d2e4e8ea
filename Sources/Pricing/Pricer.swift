internal import Synchronization
public import TraceModel

/// Fills in what calls cost where their emitters did not say.
///
/// Looks a model up once and remembers the answer; models in traces are few, the table's clauses many.
public final class Pricer: Sendable {
    private struct Asked: Hashable {
        var provider: String?
        var model: String
    }

    /// How many answers are remembered before all are forgotten: names come from outside and may be made up.
    private static let capacity = 4096

    private struct State {
        var book: PriceBook?
        var known: [Asked: ModelPrice?] = [:]
    }

    private let state = Mutex(State())
    private let load: @Sendable () -> PriceBook

    /// Makes a pricer; the book is loaded when the first price is asked for.
    public init(load: @escaping @Sendable () -> PriceBook) {
        self.load = load
    }

    /// What a span is estimated to cost, by the prices of its start; `nil` where it has not ended, its emitter reported a
    /// cost, it has no usage or no model, or its model has no price. Which of a trace's spans count is not decided here.
    public func estimate(for span: borrowing Span) -> Cost? {
        if let cost = span.cost, !cost.isEstimated { return nil }
        guard !span.isRunning, let model = span.model else { return nil }
        guard span.usage.prompt != nil || span.usage.completion != nil else { return nil }
        let card = price(provider: span.provider, model: model)?.card(at: span.start)
        return card?.nanoDollars(for: span.usage).map { Cost(nanoDollars: $0, isEstimated: true) }
    }

    /// The price of a model; see ``PriceBook/price(provider:model:)``.
    public func price(provider: String?, model: String) -> ModelPrice? {
        let asked = Asked(provider: provider, model: model)
        return state.withLock { state in
            if let known = state.known[asked] { return known }
            let book = state.book ?? load()
            state.book = book
            let found = book.price(provider: provider, model: model)?.price
            if state.known.count >= Self.capacity { state.known.removeAll() }
            state.known[asked] = .some(found)
            return found
        }
    }
}
