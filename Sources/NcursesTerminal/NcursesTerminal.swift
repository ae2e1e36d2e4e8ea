internal import CNcurses
internal import CTerminal
public import Cells
internal import Glibc
internal import Synchronization
internal import SystemCalls

/// The terminal of this process: frames out, events in, and everything as it was before when it ends, however it ends.
///
/// `present` may be called from any thread. Events come either from `nextEvent`, called by one thread, or from `events()`,
/// which makes such a thread. Signals that end the process come as `InputEvent.end`; who gets one closes the terminal and
/// ends. Crashes restore the terminal in a signal handler and then take their course.
public final class NcursesTerminal: Sendable {
    /// How it was opened.
    public let options: TerminalOptions
    /// What it can do. `size` is that at opening; later ones come as events.
    public let capabilities: TerminalCapabilities
    let inputDescriptor: Descriptor
    private let screen: Mutex<CursesScreen>
    let input: Mutex<InputState>

    /// Opens the terminal and takes its screen.
    /// - Throws: `TerminalError` where there is no terminal, or none that can place its cursor. Nothing has been changed then.
    public static func open(_ options: TerminalOptions) throws(TerminalError) -> NcursesTerminal {
        try NcursesTerminal(options)
    }

    private init(_ options: TerminalOptions) throws(TerminalError) {
        self.options = options
        guard isatty(options.output) == 1 else {
            throw TerminalError(.notATerminal, "Standard output is no terminal")
        }
        let term = try NcursesTerminal.usableTerm(options)
        try NcursesTerminal.readTerminfo(term, options)
        inputDescriptor = try NcursesTerminal.input(options)
        let screen = try NcursesTerminal.start(term, options, input: inputDescriptor.number)
        capabilities = screen.capabilities
        self.screen = Mutex(screen)
        input = Mutex(
            InputState(parser: NcursesTerminal.parser(input: inputDescriptor.number), size: capabilities.size))
    }

    deinit { close() }

    /// Where keys come from: the input that was named, else the terminal that the process belongs to.
    private static func input(_ options: TerminalOptions) throws(TerminalError) -> Descriptor {
        let named = Descriptor(borrowing: options.input)
        if named.isTerminal { return named }
        do throws(SystemError) {
            return try Descriptor.open("/dev/tty", for: .talking)
        } catch {
            throw TerminalError(.notATerminal, "There is no terminal to read keys from")
        }
    }

    /// Shows a frame by sending what differs from the one before. Does nothing while the terminal is left or after `close`.
    public func present(_ frame: Frame) {
        screen.withLock { $0.present(frame) }
    }

    /// Sends text for the terminal's clipboard (OSC 52). False where the terminal has no way to take it; one that has, or a
    /// multiplexer before it, may refuse without telling.
    @discardableResult
    public func copyToClipboard(_ text: String) -> Bool {
        screen.withLock { $0.copy(text) }
    }

    /// Writes lines below what stands there: a plain terminal's way to show.
    public func write(_ lines: [String]) {
        screen.withLock { $0.write(lines) }
    }

    /// Rings the bell, which terminals sound, flash or show as they are set.
    public func ring() {
        screen.withLock { $0.ring() }
    }

    /// Asks the terminal what its background is; where it knows, ``InputEvent/background(_:)`` comes among the events.
    public func askBackground() {
        screen.withLock { $0.askBackground() }
    }

    /// Gives the terminal back, runs `body` (an editor, say), and takes it again. Keys are not read meanwhile. All has to be
    /// presented again afterwards.
    public func suspended<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        leave()
        fallom_terminal_lend(1)
        defer {
            fallom_terminal_lend(0)
            enter()
        }
        return try body()
    }

    /// Gives the terminal back until `enter`.
    public func leave() {
        input.withLock { $0.isPaused = true }
        screen.withLock { $0.leave() }
    }

    /// Takes the terminal again after `leave`.
    public func enter() {
        screen.withLock { $0.enter() }
        input.withLock { $0.isPaused = false }
        fallom_terminal_tell(CChar(FALLOM_NEWS_WAKE))
    }

    /// Stops the process as Ctrl-Z does in other programs, and returns when it is continued.
    public func stopProcess() {
        leave()
        fallom_terminal_stop()
        enter()
    }

    /// Gives the terminal back for good and ends the stream of events. A second call does nothing.
    public func close() {
        let thread = input.withLock { state -> JoinableThread? in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            defer { state.thread = nil }
            return state.thread
        }
        fallom_terminal_tell(CChar(FALLOM_NEWS_WAKE))
        thread?.join()
        let isFirst = screen.withLock { screen in
            defer { screen.close() }
            return !screen.isClosed
        }
        guard isFirst else { return }
        fallom_terminal_forget()
    }
}
