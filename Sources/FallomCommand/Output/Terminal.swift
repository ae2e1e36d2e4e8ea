import Glibc

/// What the terminal behind a descriptor is like.
struct Terminal: Hashable, Sendable {
    /// Cells across; `nil` when the output is not a terminal, which is then not cut.
    var columns: Int?
    /// Whether colours may be sent: a terminal, not a dumb one, and no `NO_COLOR`.
    var hasColour: Bool

    /// The terminal standard output goes to.
    static func standardOutput(_ environment: ProcessEnvironment) -> Terminal {
        guard let columns = columns(of: STDOUT_FILENO) else { return Terminal(columns: nil, hasColour: false) }
        let dumb = environment["TERM"] == nil || environment["TERM"] == "dumb"
        return Terminal(columns: columns, hasColour: environment["NO_COLOR"] == nil && !dumb)
    }

    /// Cells across of the terminal that standard error goes to; `nil` where it is none.
    static var standardErrorColumns: Int? { columns(of: STDERR_FILENO) }

    private static func columns(of descriptor: Int32) -> Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return known ? Int(size.ws_col) : 80
    }
}
