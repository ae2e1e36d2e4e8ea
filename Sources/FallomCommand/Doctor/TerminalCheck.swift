import Cells
import NcursesTerminal

/// What the terminal can do, as the console would find it: by terminfo and the locale; nothing is sent to it.
struct TerminalCheck {
    /// What terminfo says, or why no console can be opened.
    let capabilities: Result<TerminalCapabilities, TerminalError>
    /// Whether standard output is a terminal.
    let isTerminal: Bool
    /// Whether NO_COLOR asks for none.
    let refusesColours: Bool

    /// The terminal of this process.
    static func current(_ environment: ProcessEnvironment) -> TerminalCheck {
        let options = TerminalOptions(environment: environment.variables)
        let capabilities = Result { () throws(TerminalError) in try TerminalCapabilities.probe(options) }
        return TerminalCheck(
            capabilities: capabilities, isTerminal: Terminal.standardOutput(environment).columns != nil,
            refusesColours: options.colorLimit == ColorDepth.none)
    }

    var findings: [Finding] {
        switch capabilities {
        case .success(let found): [terminal(found), locale(found), colours(found)]
        case .failure(let error):
            [
                Finding(
                    "terminal", .warning, "\(error.message): no console, but every other command works",
                    advice: error.advice)
            ]
        }
    }

    private func terminal(_ found: TerminalCapabilities) -> Finding {
        guard isTerminal else { return Finding("terminal", .good, "\(found.term); output goes to a pipe or file") }
        let text = "\(found.term), \(found.size.width)×\(found.size.height)"
        if found.size.width < 80 || found.size.height < 24 {
            return Finding("terminal", .warning, text, advice: "80×24 or more shows whole rows.")
        }
        return Finding("terminal", .good, text)
    }

    private func locale(_ found: TerminalCapabilities) -> Finding {
        if found.isUTF8 { return Finding("locale", .good, "UTF-8") }
        return Finding(
            "locale", .warning,
            "\(found.codeset.isEmpty ? "unknown" : found.codeset): lines and bars are drawn in ASCII",
            advice: "Set LC_ALL=C.UTF-8, or another UTF-8 locale.")
    }

    private func colours(_ found: TerminalCapabilities) -> Finding {
        if refusesColours { return Finding("colours", .good, "none, as NO_COLOR asks") }
        let text =
            switch found.colorDepth {
            case .direct: "24 bit"
            case .indexed: "256"
            case .sixteen: "16"
            case .eight: "8"
            case .none: "none"
            }
        guard found.colorDepth < .indexed else { return Finding("colours", .good, "\(text), says terminfo") }
        return Finding(
            "colours", .warning, "\(text), says terminfo of \(found.term)",
            advice: "If yours can do more: TERM=xterm-256color, or tmux-256color inside tmux.")
    }
}
