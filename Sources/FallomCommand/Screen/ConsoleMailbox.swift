import Cells
import Console
import Synchronization

/// What waits for the console: drained whole, so that a burst of news costs one frame.
///
/// News that only the latest of matters (the store's revision, the health of the ways in, a tick) take the place of the
/// one that still waits, so that the mailbox stays small whatever happens; keys are never dropped.
final class ConsoleMailbox: Sendable {
    private struct State {
        var waiting: [ConsoleEvent] = []
        var reader: CheckedContinuation<Void, Never>?
        var isClosed = false
        /// Whether the reader is to look up though nothing has come.
        var isWoken = false
    }

    private let state = Mutex(State())

    /// Puts an event in and wakes the reader.
    func post(_ event: ConsoleEvent) {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.isClosed else { return nil }
            if let index = state.waiting.lastIndex(where: { $0.isSuperseded(by: event) }) {
                state.waiting.remove(at: index)
            }
            state.waiting.append(event)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// Nothing more will come.
    func close() { wake { $0.isClosed = true } }

    /// Lets a waiting reader, or the next, have an empty batch, where nothing waits.
    func wake() { wake { $0.isWoken = true } }

    private func wake(_ change: (inout State) -> Void) {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            change(&state)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// What waits, at once if there is anything, else as soon as something comes or the reader is woken; `nil` when nothing
    /// will come any more. For one reader.
    func drain() async -> [ConsoleEvent]? {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state -> Bool in
                if !state.waiting.isEmpty || state.isClosed || state.isWoken { return true }
                state.reader = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        return state.withLock { state in
            defer { (state.waiting, state.isWoken) = ([], false) }
            return state.waiting.isEmpty && state.isClosed ? nil : state.waiting
        }
    }
}

extension ConsoleEvent {
    /// Whether this one need not be told when a newer one waits behind it.
    fileprivate func isSuperseded(by newer: ConsoleEvent) -> Bool {
        switch (self, newer) {
        case (.storeChanged, .storeChanged), (.health, .health), (.tick, .tick): true
        case (.input(.resize), .input(.resize)): true
        default: false
        }
    }
}
