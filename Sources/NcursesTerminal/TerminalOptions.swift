public import Cells

/// How to open a terminal.
public struct TerminalOptions: Hashable, Sendable {
    /// Where output goes; standard output.
    public var output: Int32
    /// Where keys come from; standard input, or `/dev/tty` where that is no terminal.
    public var input: Int32
    /// `TERM`.
    public var term: String?
    /// Fewer colours than the terminal has, as `NO_COLOR` or an option asks; `nil` for all it has.
    public var colorLimit: ColorDepth?
    /// ASCII signs even where the locale has UTF-8.
    public var forcesASCII: Bool
    /// Whether signals are caught; off in tests.
    public var catchesSignals: Bool
    /// Whether lines are written one after the other and nothing is drawn: for who has them read, or feels them.
    public var isPlain: Bool
    /// The program that has the terminal's real screen, where this one runs in another's window.
    public var multiplexer: Multiplexer?

    /// Programs with windows of their own in a terminal; what they do not know they do not pass on.
    public enum Multiplexer: Hashable, Sendable {
        /// tmux; it takes clipboard text itself, and passes it on where `set-clipboard` is on.
        case tmux
        /// GNU screen; it passes on what is wrapped for it, in short pieces.
        case screen
    }

    /// Makes options.
    public init(
        output: Int32 = 1, input: Int32 = 0, term: String? = nil, colorLimit: ColorDepth? = nil,
        forcesASCII: Bool = false, catchesSignals: Bool = true, multiplexer: Multiplexer? = nil, isPlain: Bool = false
    ) {
        self.isPlain = isPlain
        self.output = output
        self.input = input
        self.term = term
        self.colorLimit = colorLimit
        self.forcesASCII = forcesASCII
        self.catchesSignals = catchesSignals
        self.multiplexer = multiplexer
    }

    /// Options as the environment asks for them: `TERM`, `NO_COLOR` (not empty) for no colours, and what tmux and screen leave.
    public init(environment: [String: String], isPlain: Bool = false) {
        func has(_ name: String) -> Bool { environment[name]?.isEmpty == false }
        self.init(
            term: environment["TERM"], colorLimit: has("NO_COLOR") ? ColorDepth.none : nil,
            multiplexer: has("TMUX") ? .tmux : has("STY") ? .screen : nil, isPlain: isPlain)
    }
}
