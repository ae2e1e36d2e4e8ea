import Glibc

/// What the terminal behind a descriptor is like.
struct Terminal: Hashable, Sendable {
    /// Cells across; `nil` when the output is not a terminal, which is then not cut.
    var columns: Int?
    /// Whether colours may be sent: a terminal, not a dumb one, and no `NO_COLOR`.
    var hasColour: Bool

    /// The terminal standard output goes to.
    static func standardOutput(_ environment: ProcessEnvironment) -> Terminal {
        guard isatty(STDOUT_FILENO) == 1 else { return Terminal(columns: nil, hasColour: false) }
        var size = winsize()
        let known = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let dumb = environment["TERM"] == nil || environment["TERM"] == "dumb"
        return Terminal(
            columns: known ? Int(size.ws_col) : 80, hasColour: environment["NO_COLOR"] == nil && !dumb)
    }
}
