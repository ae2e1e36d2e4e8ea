internal import Synchronization

/// A question that the server has been working on for a while.
public struct ServerWork: Hashable, Sendable {
    /// For how long, seconds.
    public var seconds: Double
    /// What the server has read so far; 0 where it does not tell.
    public var rows: Int
    /// How many rows it takes itself to have before it; 0 where it does not tell.
    public var allRows: Int
    /// The same in bytes.
    public var bytes: Int

    /// Makes one.
    public init(seconds: Double, rows: Int = 0, allRows: Int = 0, bytes: Int = 0) {
        self.seconds = seconds
        self.rows = rows
        self.allRows = allRows
        self.bytes = bytes
    }
}

/// Tells whoever listens of questions that take longer than half a second. Nothing is done while nobody listens.
final class LongQuestions: Sendable {
    private struct State {
        var listener: (@Sendable (ServerWork?) -> Void)?
        /// Those that are watched; what is known of them.
        var works: [String: ServerWork?] = [:]

        var longest: ServerWork? { works.values.compactMap(\.self).max { $0.seconds < $1.seconds } }
    }

    private let state = Mutex(State())
    /// How often it is looked again, milliseconds.
    private static let pause = 500

    /// Tells how the longest of the questions fares that take long; nothing when there is none any more.
    func listen(_ tell: @escaping @Sendable (ServerWork?) -> Void) {
        state.withLock { $0.listener = tell }
    }

    /// Watches a question until ``end(_:_:)``; `nil` where nobody listens.
    ///
    /// - Parameter ask: asks the server how it fares.
    func watch(_ id: String, _ ask: @escaping @Sendable () async -> ServerWork?) -> Task<Void, Never>? {
        let isWanted = state.withLock { state in
            if state.listener != nil { state.works[id] = .some(nil) }
            return state.listener != nil
        }
        guard isWanted else { return nil }
        return Task {
            var looks = 0
            while (try? await Task.sleep(for: .milliseconds(Self.pause))) != nil {
                looks += 1
                var work = await ask() ?? ServerWork(seconds: 0)
                work.seconds = max(work.seconds, Double(looks * Self.pause) / 1000)
                tell(work, of: id)
            }
        }
    }

    /// Ends the watch: nothing is told of that question after this.
    func end(_ id: String, _ watch: Task<Void, Never>) {
        watch.cancel()
        let (listener, longest, wasTold) = state.withLock { state in
            let known = state.works.removeValue(forKey: id) ?? nil
            return (state.listener, state.longest, known != nil)
        }
        if wasTold { listener?(longest) }
    }

    private func tell(_ work: ServerWork, of id: String) {
        let (listener, longest) = state.withLock { state -> ((@Sendable (ServerWork?) -> Void)?, ServerWork?) in
            guard state.works[id] != nil else { return (nil, nil) }
            state.works[id] = work
            return (state.listener, state.longest)
        }
        listener?(longest)
    }
}
