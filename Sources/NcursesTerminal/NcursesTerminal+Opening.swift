internal import CNcurses
internal import CTerminal
internal import Cells
internal import Glibc

extension NcursesTerminal {
    /// `TERM`, if it is more than a line printer.
    static func usableTerm(_ options: TerminalOptions) throws(TerminalError) -> String {
        // Lines need nothing that a terminal may lack.
        if options.isPlain { return "dumb" }
        guard let term = options.term, !term.isEmpty else {
            throw TerminalError(
                .cannotPlaceCursor, "TERM is not set", advice: "Set it to what your terminal is, as xterm-256color.")
        }
        guard term != "dumb" else {
            throw TerminalError(.cannotPlaceCursor, "A terminal with TERM=dumb cannot place its cursor")
        }
        return term
    }

    /// Lets ncurses read what terminfo knows of a terminal, which has to place its cursor.
    static func readTerminfo(_ term: String, _ options: TerminalOptions) throws(TerminalError) {
        setlocale(LC_CTYPE, "")
        var status: Int32 = 0
        guard setupterm(term, options.output, &status) == OK else {
            throw TerminalError(
                .unknownTerminal, "terminfo does not know the terminal \"\(term)\"",
                advice: "Set TERM to what your terminal is, for instance xterm-256color.")
        }
        guard options.isPlain || fallom_string_capability("cup") != nil else {
            throw TerminalError(.cannotPlaceCursor, "The terminal \"\(term)\" cannot place its cursor")
        }
    }

    /// Remembers the terminal, starts ncurses on it and catches signals, in this order: ncurses installs handlers of its
    /// own, which ours replace.
    static func start(_ term: String, _ options: TerminalOptions, input: Int32) throws(TerminalError)
        -> sending CursesScreen
    {
        guard fallom_terminal_remember(input, options.output) == 0 else {
            guard errno == EBUSY else { throw failure("Cannot read the terminal's settings") }
            throw TerminalError(.alreadyOpen, "The terminal is open already")
        }
        guard let files = streams(output: options.output, input: input) else {
            let problem = failure("Cannot open the terminal")
            fallom_terminal_forget()
            throw problem
        }
        use_tioctl(true)
        guard let screen = newterm(term, files.output, files.input) else {
            fallom_terminal_forget()
            throw TerminalError(.unknownTerminal, "ncurses cannot use the terminal \"\(term)\"")
        }
        let colors = Int(tigetnum("colors"))
        let capabilities = TerminalCapabilities.current(term: term, colors: colors, options: options)
        let modes = TerminalModes(
            speaksXTerm: capabilities.speaksXTerm, keepsTitle: capability("smcup")?.contains("\u{1B}[22;") == true)
        let bytes = farewell(modes)
        _ = fallom_terminal_set_farewell(bytes, bytes.count)
        fallom_terminal_set_entered(1)
        if options.catchesSignals { _ = fallom_terminal_catch_signals() }
        return CursesScreen(screen, files: files, capabilities: capabilities, modes: modes, options: options)
    }

    private static func failure(_ message: String) -> TerminalError {
        TerminalError(.system, "\(message): \(String(cString: strerror(errno)))")
    }

    /// Streams of their own for ncurses, which closes nothing.
    private static func streams(output: Int32, input: Int32) -> CursesScreen.Files? {
        let descriptors = (fcntl(output, F_DUPFD_CLOEXEC, 3), fcntl(input, F_DUPFD_CLOEXEC, 3))
        guard let writer = fdopen(descriptors.0, "w"), let reader = fdopen(descriptors.1, "r") else { return nil }
        return CursesScreen.Files(output: writer, input: reader)
    }

    /// The bytes that leave every mode we enter: for signal handlers, which cannot ask terminfo.
    static func farewell(_ modes: TerminalModes) -> [UInt8] {
        var text = modes.leave
        for name in ["sgr0", "op", "rmkx", "cnorm"] { text += capability(name) ?? "" }
        // Without an alternate screen to leave, the shell's prompt goes on the next line.
        text += capability("rmcup") ?? "\r\n"
        return Array(text.utf8)
    }

    private static func capability(_ name: String) -> String? {
        fallom_string_capability(name).map { TerminalModes.withoutDelays(String(cString: $0)) }
    }

    /// Key sequences of this terminal as terminfo has them.
    static func parser(input: Int32) -> InputParser {
        let names: [(String, Key)] = [
            ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home), ("kend", .end),
            ("kpp", .pageUp), ("knp", .pageDown), ("kich1", Key(.insert)), ("kdch1", .delete), ("kcbt", .backTab),
            ("kent", .enter),
        ]
        let functions = (1...12).map { ("kf\($0)", Key(.function($0))) }
        var sequences: [[UInt8]: Key] = [:]
        for (name, key) in names + functions {
            guard let text = capability(name), text.utf8.count > 1 else { continue }
            sequences[Array(text.utf8)] = key
        }
        var settings = termios()
        var erase: UInt8 = 0x7F
        if tcgetattr(input, &settings) == 0 {
            erase = withUnsafeBytes(of: &settings.c_cc) { $0[Int(VERASE)] }
        }
        return InputParser(sequences: sequences, erase: erase)
    }
}
