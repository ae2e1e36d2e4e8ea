import Cells
import Console
import Synchronization

/// What waits for the console: drained whole, so that a burst of news costs one frame.
///
/// News that only the latest of matters (the store's revision, the health of the ways in, a tick) take the place of the
/// one that still waits, so that the mailbox stays small whatever happens; keys are never dropped.
final class ConsoleMailbox: Sendable {
    private typealias Waiter = CheckedContinuation<Void, Never>

    private struct State {
        var waiting: [ConsoleEvent] = []
        var reader: Waiter?
        /// Who rests until a key comes.
        var resting: Waiter?
        var isClosed = false

        mutating func takeResting() -> Waiter? {
            defer { resting = nil }
            return resting
        }
    }

    private let state = Mutex(State())

    /// Puts an event in and wakes the reader.
    func post(_ event: ConsoleEvent) {
        let (reader, resting) = state.withLock { state -> (Waiter?, Waiter?) in
            guard !state.isClosed else { return (nil, nil) }
            if let index = state.waiting.lastIndex(where: { $0.isSuperseded(by: event) }) {
                state.waiting.remove(at: index)
            }
            state.waiting.append(event)
            defer { state.reader = nil }
            return (state.reader, event.isInput ? state.takeResting() : nil)
        }
        reader?.resume()
        resting?.resume()
    }

    /// Nothing more will come: a waiting reader gets an empty batch.
    func close() {
        let (reader, resting) = state.withLock { state -> (Waiter?, Waiter?) in
            state.isClosed = true
            defer { state.reader = nil }
            return (state.reader, state.takeResting())
        }
        reader?.resume()
        resting?.resume()
    }

    /// Waits as long as that, or until a key comes: whoever presses one is not to wait for what goes by itself. For the
    /// one reader.
    func rest(for time: Duration) async {
        let timer = Task {
            try? await Task.sleep(for: time)
            state.withLock { $0.takeResting() }?.resume()
        }
        await withCheckedContinuation { continuation in
            let hasKey = state.withLock { state -> Bool in
                if state.isClosed || state.waiting.contains(where: \.isInput) { return true }
                state.resting = continuation
                return false
            }
            if hasKey { continuation.resume() }
        }
        timer.cancel()
    }

    /// What waits, at once if there is anything, else as soon as something comes. Empty only after `close`. For one
    /// reader.
    func drain() async -> [ConsoleEvent] {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state -> Bool in
                if !state.waiting.isEmpty || state.isClosed { return true }
                state.reader = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        return take()
    }

    /// What waits now, without waiting for more.
    func take() -> [ConsoleEvent] {
        state.withLock { state in
            defer { state.waiting.removeAll() }
            return state.waiting
        }
    }
}

extension ConsoleEvent {
    /// Whether somebody did something.
    var isInput: Bool { if case .input = self { true } else { false } }

    /// Whether this one need not be told when a newer one waits behind it.
    fileprivate func isSuperseded(by newer: ConsoleEvent) -> Bool {
        switch (self, newer) {
        case (.storeChanged, .storeChanged), (.health, .health), (.tick, .tick): true
        case (.input(.resize), .input(.resize)): true
        default: false
        }
    }
}
