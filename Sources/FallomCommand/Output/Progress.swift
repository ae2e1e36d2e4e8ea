import Display
import Glibc
import Synchronization

/// How far long work is, on one line of standard error that is drawn over; silent where that is no terminal.
final class Progress: Sendable {
    private struct State {
        var lastDrawn = 0.0
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

    /// Says that so many are done; drawn at most ten times a second.
    func update(_ done: Int, note: String = "") {
        guard isEnabled else { return }
        state.withLock { state in
            let now = Self.seconds()
            guard now - state.lastDrawn > 0.1 else { return }
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

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
