internal import CNcurses
internal import CTerminal
internal import Cells
internal import Glibc
internal import SystemCalls

/// The ncurses screen of the process: what it shows, and how a frame gets there. Used under the terminal's lock only, since
/// ncurses keeps its state in globals.
struct CursesScreen {
    /// The C streams ncurses was given.
    struct Files {
        var output: UnsafeMutablePointer<FILE>
        var input: UnsafeMutablePointer<FILE>
    }

    private let screen: OpaquePointer
    private let output: Int32
    private let files: Files
    let capabilities: TerminalCapabilities
    private let modes: TerminalModes
    private let multiplexer: TerminalOptions.Multiplexer?
    private let isPlain: Bool
    private var looks: LookTable
    private var encoder: CellEncoder
    private var shown: Frame?
    private var isEntered = true
    private(set) var isClosed = false
    private var reportsMouse = false
    private var text: [wchar_t] = []

    /// Takes the screen `newterm` has made, sets its modes, and marks it as entered.
    init(
        _ screen: OpaquePointer, files: Files, capabilities: TerminalCapabilities, modes: TerminalModes,
        options: TerminalOptions
    ) {
        self.screen = screen
        self.files = files
        output = options.output
        multiplexer = options.multiplexer
        isPlain = options.isPlain
        self.capabilities = capabilities
        self.modes = modes
        var hasDefault = false
        if capabilities.colorDepth != .none {
            start_color()
            hasDefault = use_default_colors() == OK
        }
        looks = LookTable(
            depth: capabilities.colorDepth, pairs: Int(fallom_color_pairs()), hasDefault: hasDefault)
        encoder = CellEncoder(isUTF8: capabilities.isUTF8)
        raw()
        noecho()
        nonl()
        keypad(fallom_stdscr(), true)
        intrflush(fallom_stdscr(), false)
        idlok(fallom_stdscr(), true)
        typeahead(-1)
        curs_set(0)
        send(modes.enter)
    }

    // MARK: - Drawing

    /// Shows a frame by sending what differs from the one before.
    mutating func present(_ frame: Frame) {
        guard isEntered, !isClosed, !isPlain else { return }
        let size = fit(to: frame.grid.size)
        var runs = frame.grid.changes(since: shown?.grid)
        if runs.isEmpty, frame.cursor == shown?.cursor, frame.title == shown?.title,
            frame.reportsMouse == shown?.reportsMouse
        {
            return
        }
        if shown == nil { werase(fallom_stdscr()) }
        for run in runs { draw(run, of: frame.grid, within: size) }
        if looks.isStale {
            // Colour pairs ran out and were dealt anew: what is on the screen has to be drawn with the new ones.
            looks.markFresh()
            runs = frame.grid.changes(since: nil)
            for run in runs { draw(run, of: frame.grid, within: size) }
        }
        setModes(frame)
        place(frame.cursor, within: size)
        wrefresh(fallom_stdscr())
        shown = frame
    }

    /// Makes ncurses' screen as large as the terminal is now; a change draws all anew.
    private mutating func fit(to wanted: Size) -> Size {
        var columns = Int32(clamping: wanted.width)
        var rows = Int32(clamping: wanted.height)
        _ = fallom_terminal_size(output, &columns, &rows)
        if fallom_columns(fallom_stdscr()) != columns || fallom_rows(fallom_stdscr()) != rows {
            resizeterm(max(1, rows), max(1, columns))
            clearok(fallom_stdscr(), true)
            shown = nil
        }
        return Size(width: Int(columns), height: Int(rows))
    }

    private mutating func draw(_ run: GridRun, of grid: Grid, within size: Size) {
        guard run.y < size.height else { return }
        var x = run.columns.lowerBound
        let end = min(run.columns.upperBound, size.width)
        while x < end {
            let first = grid[x, run.y]
            let look = looks.look(of: first)
            _ = fallom_set_look(fallom_stdscr(), look.attributes, look.pair)
            var start = x
            while x < end {
                let cell = grid[x, run.y]
                guard cell.styleKey == first.styleKey else { break }
                // A wide character that the terminal's edge would cut is left out.
                if cell.width == 2, x + 2 > size.width {
                    text.append(0x20)
                } else if let cluster = encoder.append(cell, to: &text) {
                    // Before what stands left of it: where half of a wide character was, ncurses blanks the other.
                    _ = fallom_put_cluster(
                        fallom_stdscr(), Int32(run.y), Int32(x), cluster, Int32(cluster.count), look.attributes,
                        look.pair)
                    place(x: start, y: run.y)
                    start = x + cell.width
                }
                x += 1
            }
            place(x: start, y: run.y)
        }
    }

    /// Gives ncurses the characters that were gathered.
    private mutating func place(x: Int, y: Int) {
        guard !text.isEmpty else { return }
        mvwaddnwstr(fallom_stdscr(), Int32(y), Int32(x), text, Int32(text.count))
        text.removeAll(keepingCapacity: true)
    }

    private mutating func setModes(_ frame: Frame) {
        guard capabilities.speaksXTerm else { return }
        if frame.reportsMouse != reportsMouse {
            reportsMouse = frame.reportsMouse
            send(reportsMouse ? TerminalModes.mouseOn : TerminalModes.mouseOff)
        }
        if let title = frame.title, title != shown?.title { send(TerminalModes.title(title)) }
    }

    private func place(_ cursor: Point?, within size: Size) {
        guard let cursor, cursor.x >= 0, cursor.y >= 0, cursor.x < size.width, cursor.y < size.height else {
            curs_set(0)
            return
        }
        wmove(fallom_stdscr(), Int32(cursor.y), Int32(cursor.x))
        curs_set(1)
    }

    /// Writes bytes past ncurses; its own output has been flushed by the refresh before.
    private func send(_ text: String) {
        // A terminal that is gone takes nothing; that it is, its reader says.
        try? Descriptor(borrowing: output).writeAll(Array(text.utf8))
    }

    // MARK: - Leaving and coming back

    /// Gives the terminal back as it was, for a while.
    mutating func leave() {
        guard isEntered, !isClosed else { return }
        isEntered = false
        send(modes.leave)
        curs_set(1)
        endwin()
        fallom_terminal_set_entered(0)
    }

    /// Takes the terminal again; all has to be drawn anew.
    mutating func enter() {
        guard !isClosed else { return }
        isEntered = true
        fallom_terminal_set_entered(1)
        send(modes.enter)
        shown = nil
        reportsMouse = false
        if isPlain {
            reset_prog_mode()
            return
        }
        clearok(fallom_stdscr(), true)
        curs_set(0)
        wrefresh(fallom_stdscr())
    }

    /// Puts text on the terminal's clipboard; false where it has no way to.
    func copy(_ text: String) -> Bool {
        guard isEntered, !isClosed, capabilities.speaksXTerm else { return false }
        send(TerminalModes.clipboard(text, through: multiplexer))
        return true
    }

    /// Writes lines as they are.
    func write(_ lines: [String]) {
        guard isEntered, !isClosed, !lines.isEmpty else { return }
        send(lines.map { $0 + "\r\n" }.joined())
    }

    /// Rings the terminal's bell.
    func ring() {
        guard isEntered, !isClosed else { return }
        send("\u{07}")
    }

    /// Asks the terminal what its background is; one that does not know the question is silent.
    func askBackground() {
        guard isEntered, !isClosed, capabilities.speaksXTerm, capabilities.colorDepth != .none else { return }
        send(TerminalModes.askBackground)
    }

    /// Gives the terminal back for good.
    mutating func close() {
        guard !isClosed else { return }
        leave()
        isClosed = true
        delscreen(screen)
        fclose(files.output)
        fclose(files.input)
    }
}
