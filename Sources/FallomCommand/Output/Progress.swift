import Display
import Synchronization

/// How far long work is, on one line of standard error that is drawn over; silent where that is no terminal.
final class Progress: Sendable {
    private struct State {
        var lastDrawn: Int64 = 0
        var isShown = false
    }

    private let title: String
    private let total: Int?
    private let isEnabled: Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - title: What is going on.
    ///   - total: How many there are, where that is known.
    init(title: String = "", total: Int? = nil, isEnabled: Bool = StandardError.isTerminal) {
        self.title = title
        self.total = total
        self.isEnabled = isEnabled
    }

    deinit {
        // Where what it tells of has failed: the line is free for what is said of that.
        end()
    }

    /// Says that so many are done; drawn at most ten times a second.
    func update(_ done: Int, note: String = "") {
        guard isEnabled else { return }
        state.withLock { state in
            let now = MonotonicClock.nanoseconds
            guard now - state.lastDrawn > 100_000_000 else { return }
            state.lastDrawn = now
            state.isShown = true
            var text = "\(title) \(Figure.count(done))"
            if let total, total > 0 { text += " of \(Figure.count(total)) (\(min(100, done * 100 / total))%)" }
            StandardError.write("\r\u{1B}[K\(text)\(note.isEmpty ? "" : ", \(note)")")
        }
    }

    /// Says something in the place of figures.
    func say(_ text: String) {
        guard isEnabled else { return }
        state.withLock { state in
            state.isShown = true
            StandardError.write("\r\u{1B}[K\(text)")
        }
    }

    /// Clears the line.
    func end() {
        state.withLock { state in
            if state.isShown { StandardError.write("\r\u{1B}[K") }
            state.isShown = false
        }
    }
}
