import Glibc

/// What the terminal can do, from its environment: nothing is sent to it.
struct TerminalCheck {
    let environment: ProcessEnvironment
    /// Columns and rows; `nil` when standard output is no terminal.
    let size: (columns: Int, rows: Int)?
    /// The character set of the locale.
    let codeset: String

    /// The terminal of this process.
    static func current(_ environment: ProcessEnvironment) -> TerminalCheck {
        setlocale(LC_ALL, "")
        let codeset = nl_langinfo(nl_item(CODESET)).map { String(cString: $0) } ?? ""
        var size = winsize()
        let known = isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return TerminalCheck(
            environment: environment, size: known ? (Int(size.ws_col), Int(size.ws_row)) : nil, codeset: codeset)
    }

    var findings: [Finding] { [terminal, locale, colours] }

    private var terminal: Finding {
        let name = environment["TERM"] ?? "unset"
        if name == "unset" || name == "dumb" {
            return Finding(
                "terminal", .warning, "TERM is \(name): no console, but every other command works",
                advice: "Open the console in a terminal; 'fallom tail', 'sessions' and 'spans' need none.")
        }
        guard let size else {
            return Finding("terminal", .good, "\(name); output goes to a pipe or file")
        }
        let text = "\(name), \(size.columns)×\(size.rows)"
        if size.columns < 80 || size.rows < 24 {
            return Finding("terminal", .warning, text, advice: "80×24 or more shows whole rows.")
        }
        return Finding("terminal", .good, text)
    }

    private var locale: Finding {
        if ["UTF-8", "utf8", "UTF8"].contains(codeset) { return Finding("locale", .good, "UTF-8") }
        return Finding(
            "locale", .warning, "\(codeset.isEmpty ? "unknown" : codeset): lines and bars are drawn in ASCII",
            advice: "Set LC_ALL=C.UTF-8, or another UTF-8 locale.")
    }

    private var colours: Finding {
        if environment["NO_COLOR"] != nil { return Finding("colours", .good, "none, as NO_COLOR asks") }
        let name = environment["TERM"] ?? ""
        if environment["COLORTERM"] == "truecolor" || name.hasSuffix("-direct") {
            return Finding("colours", .good, "24 bit (the console uses what terminfo says of \(name))")
        }
        if name.contains("256color") { return Finding("colours", .good, "256") }
        return Finding(
            "colours", .warning, "16 or fewer, says TERM=\(name.isEmpty ? "unset" : name)",
            advice: "If yours can do more: TERM=xterm-256color, or tmux-256color inside tmux.")
    }
}
