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

    /// Makes options.
    public init(
        output: Int32 = 1, input: Int32 = 0, term: String? = nil, colorLimit: ColorDepth? = nil,
        forcesASCII: Bool = false, catchesSignals: Bool = true
    ) {
        self.output = output
        self.input = input
        self.term = term
        self.colorLimit = colorLimit
        self.forcesASCII = forcesASCII
        self.catchesSignals = catchesSignals
    }

    /// Options as the environment asks for them: `TERM`, and `NO_COLOR` (not empty) for no colours.
    public init(environment: [String: String]) {
        self.init(
            term: environment["TERM"], colorLimit: environment["NO_COLOR"]?.isEmpty == false ? ColorDepth.none : nil)
    }
}
