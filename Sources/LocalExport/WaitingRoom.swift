/// Something that waits to be carried.
package protocol Waiting: Sendable {
    /// The memory it takes, in bytes, about.
    var weight: Int { get }
    /// Whether it says no more than that a span has started.
    var isStart: Bool { get }
    /// The same without what was said in the call; `nil` where there is nothing of the kind.
    var withoutContent: Self? { get }
}

/// How much may wait.
package struct RoomLimits: Hashable, Sendable {
    /// The memory of all that waits or is being carried.
    package var bytes: Int
    /// How many.
    package var count: Int

    package init(bytes: Int = 64 << 20, count: Int = .max) {
        self.bytes = max(0, bytes)
        self.count = max(1, count)
    }
}

/// What waits to be carried, within limits. When there is no room for one more, first the starts that wait are given up,
/// then content, the oldest first, then the one that comes.
package struct WaitingRoom<Item: Waiting> {
    /// An item and its place amongst all that came, from 1.
    package struct Entry {
        package var number: Int
        package var item: Item
        /// When it came, on the clock of whoever asks.
        package var time: Int64
        var weight: Int
    }

    /// Some that are being carried: they still take room.
    package struct Batch {
        let id: Int
        package var entries: [Entry]

        /// The items in their order.
        package var items: [Item] { entries.map(\.item) }
    }

    /// What an arrival cost.
    package struct Arrival: Hashable {
        package var isTaken = false
        package var startsGivenUp = 0
        package var contentsGivenUp = 0
    }

    private let limits: RoomLimits
    private var entries = Queue<Entry>()
    private var carried: [Int: (lowest: Int, weight: Int)] = [:]
    private var batches = 0
    private var starts = 0
    /// What came before this number holds no content any more.
    private var firstWithContent = 1
    /// The memory of all that is here, carried or not.
    package private(set) var weight = 0
    /// The number of the last that came.
    package private(set) var lastNumber = 0

    package init(_ limits: RoomLimits) { self.limits = limits }

    /// How many wait.
    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }
    /// When the oldest came.
    package var oldest: Int64? { entries.first?.time }
    /// The lowest number that is not done with; `nil` when all are.
    package var lowestOutstanding: Int? {
        let carried = carried.values.lazy.map(\.lowest).min()
        guard let waiting = entries.first?.number else { return carried }
        return min(waiting, carried ?? waiting)
    }

    /// Takes an item, if there is room or room can be made.
    package mutating func add(_ item: Item, at time: Int64) -> Arrival {
        var arrival = Arrival()
        var (item, weight) = (item, item.weight)
        // A start is taken only while there is plenty of room.
        let spare = item.isStart ? limits.bytes / 8 : 0
        while self.weight + weight + spare > limits.bytes || entries.count >= limits.count {
            guard !item.isStart else { return arrival }
            if starts > 0 {
                arrival.startsGivenUp += giveUpStarts()
            } else if entries.count >= limits.count {
                return arrival
            } else if giveUpOldestContent() {
                arrival.contentsGivenUp += 1
            } else if let bare = item.withoutContent {
                (item, weight) = (bare, bare.weight)
                arrival.contentsGivenUp += 1
            } else {
                return arrival
            }
        }
        lastNumber += 1
        starts += item.isStart ? 1 : 0
        self.weight += weight
        entries.append(Entry(number: lastNumber, item: item, time: time, weight: weight))
        arrival.isTaken = true
        return arrival
    }

    /// Takes out the first ones, to be carried together: as many as the limits allow, one at least.
    package mutating func take(upTo limits: RoomLimits) -> Batch? {
        var taken: [Entry] = []
        var weight = 0
        while let next = entries.first, taken.count < limits.count {
            guard taken.isEmpty || weight + next.weight <= limits.bytes else { break }
            weight += next.weight
            starts -= next.item.isStart ? 1 : 0
            taken.append(next)
            _ = entries.popFirst()
        }
        guard let first = taken.first else { return nil }
        batches += 1
        carried[batches] = (first.number, weight)
        return Batch(id: batches, entries: taken)
    }

    /// Forgets what has been carried.
    package mutating func remove(_ batch: Batch) {
        guard let (_, weight) = carried.removeValue(forKey: batch.id) else { return }
        self.weight -= weight
    }

    /// Lets wait again, each in its old place, what could not be carried.
    package mutating func putBack(_ batch: Batch) {
        guard carried.removeValue(forKey: batch.id) != nil, let last = batch.entries.last else { return }
        starts += batch.entries.count { $0.item.isStart }
        firstWithContent = min(firstWithContent, batch.entries[0].number)
        let isInOrder = entries.first.map { $0.number > last.number } ?? true
        let all = batch.entries + entries.elements
        entries.replace(with: isInOrder ? all : all.sorted { $0.number < $1.number })
    }

    /// Gives up what came before `time`; how many.
    package mutating func giveUp(before time: Int64) -> Int {
        var count = 0
        while let oldest = entries.first, oldest.time < time {
            weight -= oldest.weight
            starts -= oldest.item.isStart ? 1 : 0
            _ = entries.popFirst()
            count += 1
        }
        return count
    }

    /// Gives up everything that waits; how many.
    package mutating func giveUpAll() -> Int { giveUp(before: .max) }

    private mutating func giveUpStarts() -> Int {
        let ends = entries.elements.filter { !$0.item.isStart }
        let count = entries.count - ends.count
        weight = ends.reduce(carried.values.reduce(0) { $0 + $1.weight }) { $0 + $1.weight }
        entries.replace(with: ends)
        starts = 0
        return count
    }

    /// Whether there was any to give up.
    private mutating func giveUpOldestContent() -> Bool {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].number < firstWithContent { low = middle + 1 } else { high = middle }
        }
        for place in low..<entries.count {
            firstWithContent = entries[place].number + 1
            if let bare = entries[place].item.withoutContent {
                let freed = entries[place].weight - bare.weight
                entries[place].item = bare
                entries[place].weight = bare.weight
                weight -= freed
                return true
            }
        }
        return false
    }
}
