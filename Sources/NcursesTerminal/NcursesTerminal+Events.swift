internal import CNcurses
internal import CTerminal
public import Cells
internal import Glibc
internal import Synchronization

extension NcursesTerminal {
    /// Waits for the next event; `nil` when `timeout` (milliseconds; `nil` for as long as it takes) has passed or the
    /// terminal was closed. For one thread only.
    ///
    /// Nothing is polled: the thread sleeps in `poll` on the terminal and on the pipe the signal handlers write to. After
    /// the terminal is lost its descriptor is not touched again.
    public func nextEvent(timeout: Int? = nil) -> InputEvent? {
        let deadline = timeout.map { Clock.milliseconds + $0 }
        while true {
            let (event, reads, awaited, isClosed) = input.withLock { state in
                (state.next(), !state.isPaused && !state.isLost, state.parser.awaited, state.isClosed)
            }
            if let event { return event }
            if isClosed { return nil }
            var wait = deadline.map { max(0, $0 - Clock.milliseconds) } ?? -1
            let pause = awaited.flatMap { wait < 0 || wait > $0.milliseconds ? $0 : nil }
            if let pause { wait = pause.milliseconds }
            switch sleep(readsTerminal: reads, milliseconds: wait) {
            case .news: hear()
            case .terminal: read()
            case .nothing:
                if let pause {
                    input.withLock { $0.waiting += $0.parser.settle(pause) }
                } else if deadline.map({ Clock.milliseconds >= $0 }) == true {
                    return nil
                }
            }
        }
    }

    /// Events as they come, until the terminal is closed. A thread of its own reads them; call this once.
    public func events() -> AsyncStream<InputEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: InputEvent.self)
        let thread = Thread.start {
            while let event = self.nextEvent() { continuation.yield(event) }
            continuation.finish()
        }
        input.withLock { $0.thread = thread }
        return stream
    }

    private enum Wake {
        case nothing
        case news
        case terminal
    }

    private func sleep(readsTerminal: Bool, milliseconds: Int) -> Wake {
        var descriptors = [
            pollfd(fd: fallom_terminal_news(), events: Int16(POLLIN), revents: 0),
            pollfd(fd: readsTerminal ? inputDescriptor : -1, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&descriptors, 2, Int32(clamping: milliseconds))
        // Interrupted by a signal: its handler has written to the pipe.
        guard count > 0 else { return .nothing }
        if descriptors[0].revents != 0 { return .news }
        return .terminal
    }

    /// Reads what the terminal has.
    private func read() {
        input.withLock { state in
            guard !state.isPaused, !state.isLost, !state.isClosed else { return }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = Glibc.read(inputDescriptor, &bytes, bytes.count)
            if count > 0 {
                state.waiting += state.parser.feed(bytes[..<count])
            } else if count == 0 || errno != EINTR && errno != EAGAIN {
                state.isLost = true
                state.waiting.append(.end(.hungUp))
            }
        }
    }

    /// Reads what the signal handlers had to say.
    private func hear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(fallom_terminal_news(), &bytes, bytes.count)
        for byte in bytes.prefix(max(0, count)) {
            switch Int(byte) {
            case FALLOM_NEWS_RESIZED: tellSize()
            case FALLOM_NEWS_INTERRUPTED: tell(.end(.interrupted))
            case FALLOM_NEWS_TERMINATED: tell(.end(.terminated))
            case FALLOM_NEWS_HUNG_UP: tell(.end(.hungUp))
            case FALLOM_NEWS_STOP:
                stopProcess()
                tell(.resumed)
                tellSize()
            case FALLOM_NEWS_CONTINUED: takeAgain()
            default: break
            }
        }
    }

    /// Continued after a stop that could not be caught (SIGSTOP), or after one of ours: the shell had the terminal in
    /// between and may have changed its modes.
    private func takeAgain() {
        guard input.withLock({ !$0.isPaused && !$0.isLost && !$0.isClosed }) else { return }
        leave()
        enter()
        tell(.resumed)
        tellSize()
    }

    private func tell(_ event: InputEvent) {
        input.withLock { state in
            if state.waiting.last != event { state.waiting.append(event) }
        }
    }

    private func tellSize() {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard fallom_terminal_size(options.output, &columns, &rows) == 0 else { return }
        let size = Size(width: Int(columns), height: Int(rows))
        input.withLock { state in
            guard state.size != size else { return }
            state.size = size
            // Only the newest size matters.
            state.waiting.removeAll { if case .resize = $0 { true } else { false } }
            state.waiting.append(.resize(size))
        }
    }
}

extension InputParser.Pause {
    /// A short one is long enough for a slow line and goes unnoticed; a long one is that in which nobody types on.
    fileprivate var milliseconds: Int {
        switch self {
        case .short: 40
        case .long: 1000
        }
    }
}

/// The monotonic clock, for waiting only.
private enum Clock {
    static var milliseconds: Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    }
}
