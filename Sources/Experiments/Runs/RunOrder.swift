public import TraceModel

/// A run as a person orders it.
public struct RunOrder: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Which calls.
    public var filter: SpanFilter
    /// The same as typed.
    public var filterText: String
    /// So many at most, the newest.
    public var limit: Int
    /// What is asked differently.
    public var variants: [CallVariant]
    /// Nano-dollars at most.
    public var budget: Int64?
    /// Calls at once.
    public var concurrency: Int

    /// Makes an order.
    public init(
        name: String, filter: SpanFilter, filterText: String, limit: Int, variants: [CallVariant], budget: Int64?,
        concurrency: Int
    ) {
        self.name = name
        self.filter = filter
        self.filterText = filterText
        self.limit = limit
        self.variants = variants
        self.budget = budget
        self.concurrency = concurrency
    }
}

/// What is asked about a run.
public enum RunRequest: Hashable, Sendable {
    /// What it would cost.
    case estimate(RunOrder)
    /// To begin it.
    case start(RunOrder)
    /// To go on with it.
    case resume(String, concurrency: Int)
    /// What it came to.
    case table(String)
}

/// What is told of a run.
public enum RunNews: Sendable {
    /// Calls, what they would cost in nano-dollars, how many of unknown cost.
    case estimate(calls: Int, likely: Int64, unknown: Int)
    /// How far it has come.
    case standing(RunStanding)
    /// It is over, or it was only asked what it came to: the table, and what is to be said.
    case table(RunTable, RunStanding, message: String?)
}

/// How far a run has come.
public struct RunStanding: Hashable, Sendable {
    /// Calls that are done.
    public var done: Int
    /// All of them.
    public var total: Int
    /// Those that failed since it began or went on.
    public var failed: Int
    /// Nano-dollars that may be gone.
    public var spent: Int64

    /// Makes one.
    public init(done: Int, total: Int, failed: Int, spent: Int64) {
        self.done = done
        self.total = total
        self.failed = failed
        self.spent = spent
    }
}
