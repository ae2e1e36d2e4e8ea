import OrderedJSON

/// What a run has done, line by line as its file holds it: read back after any end, it says what is still to do and what
/// was spent.
public struct RunJournal: Hashable, Sendable {
    /// A line of it.
    public enum Entry: Hashable, Sendable {
        /// The plan: the first line.
        case plan(RunPlan)
        /// A call is about to be sent, with so much of the budget set aside.
        case begun(RunPlan.Task, reserved: Int64)
        /// It goes on with a further round, and so much is set aside for all of it now.
        case raised(RunPlan.Task, reserved: Int64)
        /// It is over: recorded, and so much spent. `isDone` is false where it is to be asked again when the run goes on.
        case ended(RunPlan.Task, spent: Int64, isDone: Bool)
    }

    /// The plan.
    public private(set) var plan: RunPlan
    /// What is done.
    public private(set) var done: Set<RunPlan.Task> = []
    /// Nano-dollars that were spent.
    public private(set) var spent: Int64 = 0
    /// What was set aside for calls that are under way, or were when the run was cut off: whether they were paid for, nobody
    /// can say, so it counts as spent.
    private var open: [RunPlan.Task: Int64] = [:]
    /// What was set aside for calls that were cut off before.
    private var lost: Int64 = 0

    /// A journal of a plan that has not begun.
    public init(_ plan: RunPlan) {
        self.plan = plan
    }

    /// Reads the lines of a journal; the last may have been cut off. `nil` where the first is no plan.
    public init?(lines: [[UInt8]]) {
        guard let first = lines.first, case .plan(let plan)? = Entry(first) else { return nil }
        self.init(plan)
        for line in lines.dropFirst() {
            if let entry = Entry(line) { take(entry) }
        }
    }

    /// Nano-dollars that may be gone: spent, set aside, and lost with calls that were cut off.
    public var committed: Int64 { open.values.reduce(Self.sum(spent, lost), Self.sum) }

    /// Amounts come from a file that may be damaged: their sum has an end.
    private static func sum(_ one: Int64, _ other: Int64) -> Int64 {
        let (sum, isOver) = one.addingReportingOverflow(other)
        return isOver ? .max : sum
    }

    /// What is still to do.
    public var left: [RunPlan.Task] { plan.tasks.filter { !done.contains($0) } }

    /// Takes a line in.
    public mutating func take(_ entry: Entry) {
        switch entry {
        case .plan: break
        case .begun(let task, let reserved):
            if let before = open[task] { lost = Self.sum(lost, before) }
            open[task] = max(0, reserved)
        case .raised(let task, let reserved):
            // Only a call that has begun can go on.
            if open[task] != nil { open[task] = max(0, reserved) }
        case .ended(let task, let cost, let isDone):
            open[task] = nil
            spent = Self.sum(spent, max(0, cost))
            if isDone { done.insert(task) }
        }
    }

    /// Nano-dollars that are set aside for a call under way.
    public func reserved(for task: RunPlan.Task) -> Int64 { open[task] ?? 0 }

    /// The calls that were under way when the run was cut off.
    public var interrupted: [RunPlan.Task] { plan.tasks.filter { open[$0] != nil } }
}

extension RunJournal.Entry {
    /// The line, without its end.
    public var line: [UInt8] {
        switch self {
        case .plan(let plan): return JSONValue.object([JSONMember("plan", plan.json)]).compactBytes
        case .begun(let task, let reserved):
            return JSONValue.object([JSONMember("begun", Self.json(task)), JSONMember("reserved", .number(reserved))])
                .compactBytes
        case .raised(let task, let reserved):
            return JSONValue.object([JSONMember("raised", Self.json(task)), JSONMember("reserved", .number(reserved))])
                .compactBytes
        case .ended(let task, let spent, let isDone):
            return JSONValue.object(
                [
                    JSONMember("ended", Self.json(task)), JSONMember("spent", .number(spent)),
                    JSONMember("done", .bool(isDone)),
                ]
            ).compactBytes
        }
    }

    init?(_ line: [UInt8]) {
        guard let json = try? JSONValue(parsing: line) else { return nil }
        if let plan = json["plan"].flatMap(RunPlan.init(json:)) {
            self = .plan(plan)
        } else if let task = Self.task(json["begun"]), let reserved = json["reserved"]?.int64 {
            self = .begun(task, reserved: reserved)
        } else if let task = Self.task(json["raised"]), let reserved = json["reserved"]?.int64 {
            self = .raised(task, reserved: reserved)
        } else if let task = Self.task(json["ended"]), let spent = json["spent"]?.int64 {
            self = .ended(task, spent: spent, isDone: json["done"]?.bool ?? true)
        } else {
            return nil
        }
    }

    private static func json(_ task: RunPlan.Task) -> JSONValue { [.number(task.call), .number(task.variant)] }

    private static func task(_ json: JSONValue?) -> RunPlan.Task? {
        guard let pair = json?.array, pair.count == 2, let call = pair[0].int, let variant = pair[1].int else {
            return nil
        }
        return RunPlan.Task(call: call, variant: variant)
    }
}
