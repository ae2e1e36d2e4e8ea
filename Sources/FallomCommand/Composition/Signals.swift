import ClickHouseStore
import Dispatch
import Glibc
import Synchronization
import TraceStore

/// The signals that ask a program without a screen to end, as a stream. They no longer end it by themselves.
struct EndSignals: Sendable {
    /// One element for each signal that came.
    let stream: AsyncStream<Int32>

    /// Signals that come from elsewhere.
    init(stream: AsyncStream<Int32>) {
        self.stream = stream
    }

    /// Listens for SIGINT, SIGTERM and SIGHUP.
    ///
    /// - Parameter endsAtSecond: whether a second signal ends the process at once, so that a hanging end can be cut short
    ///   by hand.
    init(endsAtSecond: Bool = true) {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        let sources = SignalSources(continuation, endsAtSecond: endsAtSecond)
        continuation.onTermination = { _ in sources.cancel() }
    }

    /// Runs `work` until it ends or a signal comes; then cancels it and waits for its orderly end, within the deadline.
    static func cancelling(
        _ work: @escaping @Sendable () async throws -> Void, on signals: EndSignals = EndSignals(),
        deadline: EndDeadline = .standard
    ) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await work()
                return true
            }
            group.addTask {
                for await _ in signals.stream { return false }
                return false
            }
            // Whichever comes first ends the other.
            let isDone = try await group.next() == true
            group.cancelAll()
            if !isDone { deadline.begin() }
            do {
                while try await group.next() != nil {}
            } catch {
                // A question to the store may have been on its way when the signal came.
                guard !isDone, isCancellation(error) else { throw error }
            }
        }
    }

    private static func isCancellation(_ error: any Error) -> Bool {
        error is CancellationError || (error as? StoreError)?.code == .closed
            || (error as? ClickHouseError)?.code == .cancelled
    }
}

/// The dispatch sources behind a stream of signals, kept until nobody listens.
private final class SignalSources: Sendable {
    private let sources: Mutex<[any DispatchSourceSignal]>

    init(_ continuation: AsyncStream<Int32>.Continuation, endsAtSecond: Bool) {
        let queue = DispatchQueue(label: "fallom.signals")
        var sources: [any DispatchSourceSignal] = []
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                continuation.yield(number)
                if endsAtSecond { signal(number, SIG_DFL) }
            }
            source.activate()
            sources.append(source)
        }
        self.sources = Mutex(sources)
    }

    func cancel() {
        sources.withLock { sources in
            for source in sources { source.cancel() }
            sources = []
        }
    }
}
