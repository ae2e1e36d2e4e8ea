internal import TraceModel

/// The queues of ``BatchWriter`` as a value: every event returns what must be done once the lock is given back.
struct WriteQueues: ~Copyable {
    typealias Completion = @Sendable (Result<AppendReceipt, BatchWriter.Refusal>) -> Void

    /// One batch that waits, in parts of which one commit takes one.
    struct Entry: Sendable {
        /// Those that are left.
        private(set) var parts: ArraySlice<IngestBatch.Part>
        /// What is left weighs so much.
        private(set) var weight: Int
        /// Whether it was small as a whole.
        let isSmall: Bool
        /// The order it stands in, where what comes before it matters.
        let order: WriteOrder?
        var completion: Completion

        /// Records and bytes of a part: so many are committed in a tenth of a second.
        private static let partRecords = 1024
        private static let partBytes = 2 << 20
        /// Up to this weight a batch is small.
        private static let small = 256 << 10

        init(batch: IngestBatch, in order: WriteOrder? = nil, completion: @escaping Completion) {
            self.init(parts: Self.parts(of: batch), in: order, completion: completion)
        }

        static func parts(of batch: borrowing IngestBatch) -> [IngestBatch.Part] {
            batch.parts(mostRecords: partRecords, mostBytes: partBytes)
        }

        init(parts: [IngestBatch.Part], in order: WriteOrder?, completion: @escaping Completion) {
            self.order = order
            self.parts = parts[...]
            weight = parts.reduce(0) { $0 + $1.weight }
            isSmall = weight <= Self.small
            guard parts.count > 1 else {
                self.completion = completion
                return
            }
            let split = SplitCompletion(parts: parts.count, completion)
            self.completion = { split.settle($0) }
        }

        /// Takes the next part out.
        mutating func take() -> IngestBatch.Part? {
            let part = parts.popFirst()
            // A slice holds what was taken out of it, which must then be copied to be added to.
            if parts.isEmpty { parts = [] }
            weight -= part?.weight ?? 0
            return part
        }
    }

    /// What one commit takes.
    struct Group: Sendable {
        var source: IngestSource
        var batch: IngestBatch
        /// What the sink has made of it already.
        var prepared: PreparedBatch?
        var completions: [Completion]
        /// The orders in which its batches stand.
        var orders: [WriteOrder] = []
    }

    /// Whether a batch got in.
    enum Outcome: Sendable {
        case queued
        case full
        case closed
    }

    /// What there is to commit.
    enum Next: Sendable {
        case group(Group)
        case nothingYet
        case ended
    }

    /// Continuations to resume outside the lock.
    struct Actions: Sendable {
        var bells: [(CheckedContinuation<Bool, Never>, Bool)] = []
        var rooms: [(CheckedContinuation<Bool, Never>, Bool)] = []

        func perform() {
            for (bell, isRung) in bells { bell.resume(returning: isRung) }
            for (room, isTaken) in rooms { room.resume(returning: isTaken) }
        }
    }

    private struct Lane {
        var entries: [Entry] = []
        var head = 0
        var bytes = 0
        /// The part of ``bytes`` that small batches take.
        var smallBytes = 0
        var waiting: [(Entry, CheckedContinuation<Bool, Never>)] = []

        var isEmpty: Bool { head == entries.count }

        /// Whether what comes next was prepared by who brought it.
        var isPrepared: Bool { !isEmpty && entries[head].parts.first?.prepared != nil }

        /// Whether a batch gets in. Small ones have room of their own beside a large one that is committed part by part.
        func holds(_ entry: Entry, within capacity: Int) -> Bool {
            bytes == 0 || bytes + entry.weight <= capacity
                || entry.isSmall && smallBytes + entry.weight <= capacity / 4
        }

        mutating func put(_ entry: Entry) {
            entries.append(entry)
            bytes += entry.weight
            if entry.isSmall { smallBytes += entry.weight }
        }
    }

    private let limits: BatchWriter.Limits
    private var lanes: [IngestSource: Lane] = [:]
    /// Sources in the order of their turns; one with entries stands in it once.
    private var turns: [IngestSource] = []
    /// Who waits for a group, and how many bytes it is to have.
    private var bell: (continuation: CheckedContinuation<Bool, Never>, atLeast: Int)?
    private var isFinished = false
    /// Whether a commit is under way, during which a large group can be prepared.
    private var isCommitting = false

    init(limits: BatchWriter.Limits) {
        self.limits = limits
    }

    private func capacity(of source: IngestSource) -> Int {
        source == .http ? limits.requestBytes : limits.queueBytes
    }

    func queuedBytes(of source: IngestSource) -> Int { lanes[source]?.bytes ?? 0 }

    /// Adds a batch. When the queue is full and `waiting` is given, the batch waits in front of the queue and the
    /// continuation is resumed when it is in.
    mutating func add(
        _ entry: Entry, to source: IngestSource, waiting: CheckedContinuation<Bool, Never>?
    ) -> (Outcome, Actions) {
        guard !isFinished else { return (.closed, Actions()) }
        var lane = lanes[source] ?? Lane()
        lanes[source] = nil
        guard lane.waiting.isEmpty, lane.holds(entry, within: capacity(of: source)) else {
            if let waiting { lane.waiting.append((entry, waiting)) }
            lanes[source] = lane
            return (.full, Actions())
        }
        if lane.isEmpty { turns.append(source) }
        lane.put(entry)
        lanes[source] = lane
        return (.queued, ring())
    }

    /// Takes what the next commit holds, if that much waits in the queue whose turn it is, and lets waiting batches into
    /// the room that makes.
    mutating func takeGroup(atLeast bytes: Int) -> (Next, Actions) {
        guard hasGroup(atLeast: bytes), let source = turns.first, var lane = lanes[source] else {
            return (isFinished ? .ended : .nothingYet, Actions())
        }
        turns.removeFirst()
        lanes[source] = nil
        defer { lanes[source] = lane }
        let group = takeGroup(from: &lane, of: source)
        var actions = Actions()
        while let (entry, room) = lane.waiting.first, lane.holds(entry, within: capacity(of: source)) {
            lane.waiting.removeFirst()
            lane.put(entry)
            actions.rooms.append((room, true))
        }
        if !lane.isEmpty { turns.append(source) }
        return (.group(group), actions)
    }

    private func hasGroup(atLeast bytes: Int) -> Bool {
        guard let source = turns.first, let lane = lanes[source] else { return false }
        // What is prepared already has nothing to gain by being taken before its turn.
        return isFinished || lane.bytes >= bytes && (bytes == 0 || !lane.isPrepared)
    }

    /// Leaves the bell to be rung, with true, when that many bytes are there to commit.
    mutating func wait(_ continuation: CheckedContinuation<Bool, Never>, atLeast bytes: Int) -> Actions {
        if hasGroup(atLeast: bytes) || isFinished { return Actions(bells: [(continuation, true)]) }
        if bytes > 0, !isCommitting { return Actions(bells: [(continuation, false)]) }
        bell = (continuation, bytes)
        return Actions()
    }

    /// A commit begins: until it ends one may wait for a large group.
    mutating func commitBegins() {
        isCommitting = true
    }

    /// A commit has ended: nobody waits for a large group any longer, the store is free for a small one.
    mutating func commitEnds() -> Actions {
        isCommitting = false
        guard let bell, bell.atLeast > 0 else { return Actions() }
        self.bell = nil
        return Actions(bells: [(bell.continuation, false)])
    }

    mutating func finish() -> Actions {
        isFinished = true
        var actions = ring()
        for source in lanes.keys {
            for (_, room) in lanes[source]?.waiting ?? [] { actions.rooms.append((room, false)) }
            lanes[source]?.waiting = []
        }
        return actions
    }

    private mutating func ring() -> Actions {
        guard let bell, isFinished || hasGroup(atLeast: bell.atLeast) else { return Actions() }
        self.bell = nil
        return Actions(bells: [(bell.continuation, true)])
    }

    private func takeGroup(from lane: inout Lane, of source: IngestSource) -> Group {
        var group = Group(source: source, batch: IngestBatch(), completions: [])
        var weight = 0
        // What is left of large batches of requests waits behind those of others. A file's batches keep their order.
        var rest: [Entry] = []
        while !lane.isEmpty, let part = lane.entries[lane.head].parts.first {
            let isFirst = group.completions.isEmpty
            guard isFirst || fits(part, in: group, weight: weight), group.batch.merge(part.batch) else { break }
            group.prepared = part.prepared
            weight += part.weight
            if lane.entries[lane.head].isSmall { lane.smallBytes -= part.weight }
            _ = lane.entries[lane.head].take()
            group.completions.append(lane.entries[lane.head].completion)
            if let order = lane.entries[lane.head].order, order !== group.orders.last { group.orders.append(order) }
            if lane.entries[lane.head].parts.isEmpty {
                lane.head += 1
            } else if source == .http {
                rest.append(lane.entries[lane.head])
                lane.head += 1
            }
        }
        lane.bytes -= weight
        lane.entries += rest
        if lane.isEmpty || lane.head > 64 {
            lane.entries.removeFirst(lane.head)
            lane.head = 0
        }
        return group
    }

    private func fits(_ part: IngestBatch.Part, in group: Group, weight: Int) -> Bool {
        group.prepared == nil && part.prepared == nil && weight + part.weight <= limits.commitBytes
            && group.batch.recordCount + part.batch.recordCount <= limits.commitSpans
    }
}
