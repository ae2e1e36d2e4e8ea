internal import CNcurses
internal import CTerminal
public import Cells
internal import Glibc
internal import Synchronization
internal import SystemCalls

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
        let thread = try? BlockingThread.startJoinable {
            while let event = self.nextEvent() { continuation.yield(event) }
            continuation.finish()
        }
        input.withLock { $0.thread = thread }
        return stream
    }

    /// What the signal handlers write to.
    private static var news: Descriptor { Descriptor(borrowing: fallom_terminal_news()) }

    private enum Wake {
        case nothing
        case news
        case terminal
    }

    private func sleep(readsTerminal: Bool, milliseconds: Int) -> Wake {
        // A signal that interrupts the wait has a handler that has written to the pipe.
        let ready = try? Descriptor.waitForInput(
            readsTerminal ? [Self.news, inputDescriptor] : [Self.news], milliseconds: Int32(clamping: milliseconds))
        guard let ready, ready.contains(true) else { return .nothing }
        return ready[0] ? .news : .terminal
    }

    /// Reads what the terminal has.
    private func read() {
        input.withLock { state in
            guard !state.isPaused, !state.isLost, !state.isClosed else { return }
            do throws(SystemError) {
                let bytes = try inputDescriptor.read(upTo: 4096)
                if !bytes.isEmpty {
                    state.waiting += state.parser.feed(bytes[...])
                    return
                }
            } catch {
                if error.wouldBlock { return }
            }
            state.isLost = true
            state.waiting.append(.end(.hungUp))
        }
    }

    /// Reads what the signal handlers had to say.
    private func hear() {
        for byte in (try? Self.news.read(upTo: 64)) ?? [] {
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
