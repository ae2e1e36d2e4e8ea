internal import CNcurses
internal import CTerminal
public import Cells
internal import Glibc

/// What a terminal can do.
public struct TerminalCapabilities: Hashable, Sendable {
    /// `TERM`.
    public var term: String
    /// How many colours are used.
    public var colorDepth: ColorDepth
    /// Colours terminfo counts, -1 for none.
    public var colors: Int
    /// Whether text is sent as UTF-8; otherwise ASCII only.
    public var isUTF8: Bool
    /// The locale's codeset, as `UTF-8` or `ANSI_X3.4-1968`.
    public var codeset: String
    /// Whether it speaks xterm's protocols: mouse, bracketed paste, focus, title, clipboard.
    public var speaksXTerm: Bool
    /// Columns and rows.
    public var size: Size

    /// The signs to draw with.
    public var glyphs: Glyphs { isUTF8 ? .unicode : .ascii }

    /// Finds out by terminfo without opening the screen, for `fallom doctor`: output may go to a pipe or file. Must not be
    /// called while a terminal is open.
    public static func probe(_ options: TerminalOptions) throws(TerminalError) -> TerminalCapabilities {
        let term = try NcursesTerminal.usableTerm(options)
        try NcursesTerminal.readTerminfo(term, options)
        return current(term: term, colors: Int(tigetnum("colors")), options: options)
    }

    /// What the terminal that ncurses has read can do.
    static func current(term: String, colors: Int, options: TerminalOptions) -> TerminalCapabilities {
        let codeset = fallom_codeset().map { String(cString: $0) } ?? ""
        let has = depth(colors: colors, isDirect: tigetflag("RGB") > 0)
        var columns: Int32 = 80
        var rows: Int32 = 24
        _ = fallom_terminal_size(options.output, &columns, &rows)
        return TerminalCapabilities(
            term: term, colorDepth: min(has, options.colorLimit ?? has), colors: colors,
            isUTF8: codeset == "UTF-8" && !options.forcesASCII, codeset: codeset, speaksXTerm: speaksXTerm(term),
            size: Size(width: Int(columns), height: Int(rows)))
    }

    static func depth(colors: Int, isDirect: Bool) -> ColorDepth {
        switch colors {
        case 0x1000000... where isDirect: return .direct
        case 256...: return .indexed
        case 16...: return .sixteen
        case 8...: return .eight
        default: return .none
        }
    }

    /// A terminal whose mouse reports begin as xterm's do understands or ignores the other private modes as well.
    private static func speaksXTerm(_ term: String) -> Bool {
        if let mouse = fallom_string_capability("kmous") {
            let text = String(cString: mouse)
            return text == "\u{1B}[M" || text == "\u{1B}[<"
        }
        return ["xterm", "tmux", "screen", "foot", "alacritty"].contains { term.hasPrefix($0) }
    }
}
