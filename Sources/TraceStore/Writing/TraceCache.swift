internal import TraceModel

/// The traces that were written lately, so that the next span of one needs no look into the file.
///
/// Two generations: when the young one has grown enough, it becomes the old one, and what nobody asked for since then
/// is forgotten. So memory is bounded by what two generations hold.
struct TraceCache {
    /// A trace and its number in the file.
    struct Entry {
        var number: Int64
        var index: TraceIndex
        /// Indexes of spans that have not ended.
        var running: Set<Int> = []
    }

    private var young: [ExactText: Entry] = [:]
    private var old: [ExactText: Entry] = [:]
    private var youngSpans = 0

    /// A generation is full when its traces have so many spans together.
    static let generation = 4000

    /// Takes a trace out, to be given back with ``put(_:)``.
    mutating func take(_ traceID: ExactText) -> Entry? {
        if let entry = young.removeValue(forKey: traceID) {
            youngSpans -= entry.index.nodes.count
            return entry
        }
        return old.removeValue(forKey: traceID)
    }

    /// Gives a trace back, or a new one in.
    mutating func put(_ entry: Entry) {
        youngSpans += entry.index.nodes.count
        young[ExactText(entry.index.traceID)] = entry
        if youngSpans > TraceCache.generation {
            // The room of the one that goes is what the next will need.
            swap(&old, &young)
            young.removeAll(keepingCapacity: true)
            youngSpans = 0
        }
    }

    /// Forgets everything: when a transaction failed, or another process wrote.
    mutating func clear() {
        young = [:]
        old = [:]
        youngSpans = 0
    }
}
