import Cells
import Glibc
import NcursesTerminal
import Testing

/// ncurses keeps its state in globals, so these run one after another, each on a pty of its own.
@Suite(.serialized)
struct TerminalTests {
    private func open(
        _ terminal: TestTerminal, term: String = "xterm-256color", limit: ColorDepth? = nil, ascii: Bool = false
    )
        throws -> NcursesTerminal
    {
        setenv("LC_ALL", "C.UTF-8", 1)
        return try NcursesTerminal.open(
            TerminalOptions(
                output: terminal.slave, input: terminal.slave, term: term, colorLimit: limit, forcesASCII: ascii,
                catchesSignals: false))
    }

    private func frame(_ columns: Int, _ rows: Int, _ draw: (inout Canvas) -> Void) -> Frame {
        var grid = Grid(size: Size(width: columns, height: rows))
        grid.draw { draw(&$0) }
        return Frame(grid: grid)
    }

    @Test func `a frame arrives as drawn, an equal one sends nothing, a change sends little`() throws {
        let other = try TestTerminal(columns: 40, rows: 6)
        let terminal = try open(other)
        defer { terminal.close() }
        var shown = frame(40, 6) { canvas in
            canvas.write("日本語 text", at: Point(x: 1, y: 1))
            canvas.write("\u{1B}[2Jhostile\u{202E}", at: Point(x: 0, y: 5))
            canvas.write("é👨‍👩‍👧‍👦🇩🇪❤️|", at: Point(x: 30, y: 0))
        }
        #expect(other.receive { terminal.present(shown) } > 0)
        #expect(other.screen.text == "                              é👨🇩🇪❤ |\n 日本語 text\n\n\n\n␛[2Jhostile�")
        #expect(other.receive { terminal.present(shown) } == 0)
        shown.grid.write("x", at: Point(x: 0, y: 3))
        #expect((1..<40).contains(other.receive { terminal.present(shown) }))
        #expect(other.screen.text.contains("\nx\n"))
        #expect(other.screen.unknown == [])
    }

    @Test func `the settings and modes of before are back after closing`() throws {
        let other = try TestTerminal(columns: 30, rows: 4)
        let before = other.settings
        let modes = other.screen.modes
        var terminal: NcursesTerminal? = try open(other)
        _ = other.receive { terminal?.present(Frame(grid: Grid(size: Size(width: 30, height: 4)), title: "a\u{7}b")) }
        #expect(other.settings != before)
        #expect(other.screen.modes.isSuperset(of: [1049, 1000, 1002, 1006, 1004, 2004]))
        #expect(!other.screen.modes.contains(25))
        #expect(other.screen.title == "ab")
        _ = other.receive { terminal?.suspended { #expect(other.settings == before) } }
        #expect(other.settings != before)
        _ = other.receive { terminal?.close() }
        #expect(other.settings == before)
        #expect(other.screen.modes == modes.union([12]).subtracting([12]))
        // A second close, and presenting after it, do nothing.
        #expect(
            other.receive {
                terminal?.close(); terminal?.present(Frame(grid: Grid(size: Size(width: 30, height: 4))))
            } == 0)
        terminal = nil
        #expect(other.screen.unknown == [])
    }

    @Test func `random frames, scrolls and resizes leave on the screen what the grid says`() throws {
        let other = try TestTerminal(columns: 40, rows: 10)
        let terminal = try open(other)
        defer { terminal.close() }
        var generator = Splitmix(state: 11)
        let words = [
            "chat", "日本語", "é", " ", "👍🏽", "━━╸", "conv-8f2", "🇫🇷", "\u{1B}", "가나", "x", "カ\u{3099}イト\u{3099}",
            "\u{110B}\u{1161}\u{11AB}", "か\u{309A}", "e\u{323}\u{301}",
        ]
        var size = Size(width: 40, height: 10)
        var lines = (0..<60).map { _ in (0..<9).map { _ in words.randomElement(using: &generator) ?? "" }.joined() }
        for round in 0..<150 {
            if round % 10 == 9 {
                size = Size(
                    width: .random(in: 1...70, using: &generator), height: .random(in: 1...24, using: &generator))
                other.resize(columns: size.width, rows: size.height)
            }
            if round % 3 == 0 { lines.removeFirst(Int.random(in: 0...3, using: &generator)) }
            if lines.count < 30 { lines += lines }
            lines[Int.random(in: 0..<10, using: &generator)] = words.randomElement(using: &generator) ?? ""
            let colors = (0..<3).map { _ in Color(red: .random(in: 0...255, using: &generator), green: 90, blue: 200) }
            let shown = frame(size.width, size.height) { canvas in
                canvas.fill(Style(background: colors[2]))
                for y in 0..<canvas.height {
                    canvas.write(lines[y], at: Point(x: y % 3, y: y), Style(foreground: colors[y % 2]))
                }
            }
            _ = other.receive { terminal.present(shown) }
            // What C counts otherwise is simplified on the way: skin tones are dropped.
            let scalars = shown.grid.text.unicodeScalars.filter { !(0x1F3FB...0x1F3FF).contains($0.value) }
            let wanted = String(String.UnicodeScalarView(scalars))
            #expect(other.screen.text == wanted, "round \(round), \(size)")
            if other.screen.text != wanted { return }
        }
        #expect(other.screen.unknown == [])
    }

    @Test(arguments: [
        ("カ\u{3099}イト\u{3099} x", "ガイド x"), ("\u{110B}\u{1161}\u{11AB}\u{1102}\u{1167}\u{11BC} x", "안녕 x"),
        ("か\u{309A} x", "か\u{309A} x"), ("ハ\u{309A}ウ\u{3099} x", "パヴ x"), ("日\u{301}x", "日\u{301}x"),
        ("e\u{323}\u{301}x", "e\u{323}\u{301}x"),
    ])
    func `marks of wide characters reach the terminal`(_ text: String, _ shown: String) throws {
        let other = try TestTerminal(columns: 20, rows: 1)
        let terminal = try open(other)
        defer { terminal.close() }
        _ = other.receive { terminal.present(frame(20, 1) { $0.write(text, at: Point(x: 0, y: 0)) }) }
        #expect(other.hasSent(shown))
        #expect(other.screen.text.hasPrefix(text))
    }

    @Test func `without colours none is sent, but attributes are`() throws {
        let other = try TestTerminal(columns: 20, rows: 2)
        let terminal = try open(other, limit: ColorDepth.none)
        defer { terminal.close() }
        #expect(terminal.capabilities.colorDepth == .none)
        let red = Style(foreground: Color(red: 255, green: 0, blue: 0), attributes: .bold)
        _ = other.receive { terminal.present(frame(20, 2) { $0.write("red", at: Point(x: 0, y: 0), red) }) }
        #expect(other.screen.colors == [])
        #expect((other.hasSent("\u{1B}[1m") || other.hasSent(";1m")))
    }

    @Test(arguments: [("xterm-256color", ColorDepth.indexed), ("xterm", .eight), ("vt100", .none)])
    func `colours are those terminfo tells of`(_ term: String, _ depth: ColorDepth) throws {
        try expectColors(of: term, depth)
    }

    @Test(.enabled(if: TestTerminal.isKnown("xterm-direct"), "the package ncurses-term has this entry"))
    func `direct colours are sent where terminfo tells of them`() throws {
        try expectColors(of: "xterm-direct", .direct)
    }

    private func expectColors(of term: String, _ depth: ColorDepth) throws {
        let other = try TestTerminal(columns: 20, rows: 2)
        let terminal = try open(other, term: term)
        defer { terminal.close() }
        #expect(terminal.capabilities.colorDepth == depth)
        let style = Style(foreground: Color(red: 0x58, green: 0xA6, blue: 0xFF))
        _ = other.receive { terminal.present(frame(20, 2) { $0.write("x", at: Point(x: 0, y: 0), style) }) }
        #expect(other.screen.text.hasPrefix("x"))
        switch depth {
        case .direct: #expect(other.hasSent("38:2::88:166:255"))
        case .indexed: #expect(other.hasSent("38;5;75m"))
        case .none: #expect(other.screen.colors == [])
        default: #expect(other.screen.colors.count == 1)
        }
    }

    @Test func `without UTF-8 only ASCII is sent`() throws {
        let other = try TestTerminal(columns: 20, rows: 2)
        let terminal = try open(other, ascii: true)
        defer { terminal.close() }
        #expect(terminal.capabilities.glyphs.isASCII)
        _ = other.receive { terminal.present(frame(20, 2) { $0.write("日é─●✗→\u{1B}[ok", at: Point(x: 0, y: 0)) }) }
        #expect(other.sent.allSatisfy { $0 < 0x80 })
        #expect(other.screen.text == "? ?-*x>^[ok\n")
    }

    @Test func `more colour pairs than the terminal has still end in the right text`() throws {
        let other = try TestTerminal(columns: 64, rows: 8)
        let terminal = try open(other, term: "xterm")
        defer { terminal.close() }
        let shown = frame(64, 8) { canvas in
            for index in 0..<256 {
                let style = Style(foreground: Palette.colors[index % 8], background: Palette.colors[index / 8 % 8])
                canvas.write("ab", at: Point(x: index % 32 * 2, y: index / 32), style)
            }
        }
        _ = other.receive { terminal.present(shown) }
        #expect(other.screen.text == shown.grid.text)
    }

    @Test func `the cursor is where the frame wants it, or nowhere`() throws {
        let other = try TestTerminal(columns: 20, rows: 3)
        let terminal = try open(other)
        defer { terminal.close() }
        var shown = Frame(grid: Grid(size: Size(width: 20, height: 3)), cursor: Point(x: 4, y: 1))
        _ = other.receive { terminal.present(shown) }
        #expect(other.screen.modes.contains(25) && other.screen.cursor == Point(x: 4, y: 1))
        shown.cursor = Point(x: 20, y: 0)
        _ = other.receive { terminal.present(shown) }
        #expect(!other.screen.modes.contains(25))
        shown.reportsMouse = false
        _ = other.receive { terminal.present(shown) }
        #expect(!other.screen.modes.contains(1000))
    }

    @Test func `keys, pastes and the end of the terminal come as events`() throws {
        let other = try TestTerminal(columns: 20, rows: 3)
        let terminal = try open(other)
        defer { terminal.close() }
        other.type("j\u{1B}[B\u{1B}[200~two\rlines\u{1B}[201~\u{1A}")
        #expect(terminal.nextEvent(timeout: 5000) == .key(.character("j")))
        #expect(terminal.nextEvent(timeout: 5000) == .key(.down))
        #expect(terminal.nextEvent(timeout: 5000) == .paste("two\nlines"))
        #expect(terminal.nextEvent(timeout: 5000) == .key(.control("z")))
        #expect(terminal.nextEvent(timeout: 0) == nil)
        other.type("\u{1B}")
        #expect(terminal.nextEvent(timeout: 5000) == .key(.escape))
    }

    @Test func `text goes to the clipboard as OSC 52`() throws {
        let other = try TestTerminal(columns: 20, rows: 3)
        let terminal = try open(other)
        defer { terminal.close() }
        _ = other.receive { #expect(terminal.copyToClipboard("hi\u{1B} 日本")) }
        #expect(other.hasSent("\u{1B}]52;c;aGkbIOaXpeacrA==\u{7}"))
        terminal.close()
        #expect(!terminal.copyToClipboard("after"))
    }

    @Test(
        arguments: [
            (nil, TerminalError.Code.cannotPlaceCursor, "TERM is not set"), ("dumb", .cannotPlaceCursor, "TERM=dumb"),
            ("no-such-terminal", .unknownTerminal, "no-such-terminal"),
        ] as [(String?, TerminalError.Code, String)])
    func `a terminal that cannot show a screen is refused and left alone`(
        _ term: String?, _ code: TerminalError.Code, _ words: String
    ) throws {
        let other = try TestTerminal(columns: 20, rows: 3)
        let before = other.settings
        let bytes = other.receive {
            let error = #expect(throws: TerminalError.self) {
                try NcursesTerminal.open(TerminalOptions(output: other.slave, input: other.slave, term: term))
            }
            #expect(error?.code == code)
            #expect(error?.description.contains(words) == true)
            #expect(error?.description.contains("fallom tail") == true)
        }
        #expect(bytes == 0)
        #expect(other.settings == before)
    }

    @Test func `what is no terminal is refused`() {
        let error = #expect(throws: TerminalError.self) {
            try NcursesTerminal.open(TerminalOptions(output: -1, input: -1, term: "xterm"))
        }
        #expect(error?.code == .notATerminal)
    }

    @Test func `only one terminal at a time`() throws {
        let other = try TestTerminal(columns: 20, rows: 3)
        let terminal = try open(other)
        #expect(throws: TerminalError.self) { try open(other) }
        terminal.close()
        try open(other).close()
    }
}
