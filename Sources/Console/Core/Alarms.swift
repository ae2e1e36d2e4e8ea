import Cells
import Display
import TraceModel

/// What a person may want to be called for while they look elsewhere.
struct Alarms: Sendable {
    /// One reason.
    enum Alarm: Hashable, Sendable {
        /// So many spans that came in have failed.
        case failed(Int)
        /// The calls of a day have cost more than was set.
        case overBudget(spent: Cost)
    }

    static let slot = 3
    /// The sums of a day are not asked for more often.
    private static let pause: Int64 = 10_000_000_000

    /// The failed spans among the newest, at the last look; `nil` before the first.
    private var failed: Set<SpanKey>?
    private var loader = Loader(slot: slot)
    private var askedAt: Timestamp?
    /// The day on which the budget was last passed.
    private var passedOn: String?
    /// What is to be told.
    private(set) var due: [Alarm] = []

    /// Looks at the newest spans. What failed before the first look is no news.
    mutating func look(at spans: [StoredSpan], since moment: Timestamp) {
        let now = spans.filter { $0.span.status == .error && ($0.span.end ?? $0.span.start) >= moment }.map(\.span.key)
        if let failed {
            let count = now.count { !failed.contains($0) }
            if count > 0 { due.append(.failed(count)) }
        }
        failed = Set(now).union(failed.map { $0.intersection(spans.map(\.span.key)) } ?? [])
    }

    /// Asks what the day has cost, where a budget is set and the day is not known to be beyond it.
    mutating func askForCost(_ scope: inout Scope) {
        guard scope.bell.dailyBudget != nil, !loader.isLoading, passedOn != scope.wallClock.day(scope.now) else {
            return
        }
        if let askedAt, scope.now.nanoseconds(since: askedAt) < Self.pause { return }
        var today = AppliedFilter()
        guard today.set("since:today", scope) else { return }
        askedAt = scope.now
        loader.ask(.usage(UsageRequest(filter: today.filter, fields: [], bucket: nil)), &scope)
    }

    mutating func take(_ total: UsageFigures, for id: RequestID, _ scope: Scope) {
        guard loader.accept(id) != .stale, let budget = scope.bell.dailyBudget, let spent = total.cost else { return }
        guard spent.nanoDollars > budget else { return }
        passedOn = scope.wallClock.day(scope.now)
        due.append(.overBudget(spent: spent))
    }

    mutating func fail(_ id: RequestID) { _ = loader.accept(id) }

    /// Gives what is to be told, once.
    mutating func takeDue() -> [Alarm] {
        defer { due = [] }
        return due
    }
}

extension ConsoleState {
    /// Rings for what the settings ask for, and marks the window's title while nobody looks.
    mutating func raiseAlarms(_ effects: inout [Effect]) {
        for alarm in pulse.alarms.takeDue() {
            switch alarm {
            case .failed(let count):
                if !hasFocus { failedUnseen += count }
                if settings.bell.onErrors { effects.append(.ring) }
            case .overBudget(let spent):
                let budget = Figure.cost(nanoDollars: settings.bell.dailyBudget ?? 0)
                notice = Notice(
                    "today's calls cost \(Figure.cost(spent)): more than the \(budget) of the settings", .problem)
                effects.append(.ring)
            }
        }
    }

    /// What the terminal's window is called: the tab, and what failed while nobody looked.
    public var windowTitle: String {
        let name = "fallom: " + tabs[activeTab].place.title
        return failedUnseen > 0 ? "\(Figure.count(failedUnseen)) failed - " + name : name
    }
}
