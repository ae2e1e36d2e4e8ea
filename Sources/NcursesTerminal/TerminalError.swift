/// Why no screen can be shown, and what works all the same.
public struct TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Kinds of failure.
    public enum Code: Hashable, Sendable {
        /// Standard output is no terminal.
        case notATerminal
        /// `TERM` is not set, `dumb`, or the terminal cannot place its cursor.
        case cannotPlaceCursor
        /// terminfo does not know `TERM`.
        case unknownTerminal
        /// A terminal is open in this process already.
        case alreadyOpen
        /// A system call failed.
        case system
    }

    /// What kind it is.
    public var code: Code
    /// What happened.
    public var message: String
    /// What to do.
    public var advice: String

    /// The commands of docs/command-line.md that need no screen.
    static let headless =
        "fallom tail, fallom sessions, fallom spans, fallom export and fallom serve work without a screen."

    init(_ code: Code, _ message: String, advice: String = "") {
        self.code = code
        self.message = message
        self.advice = [advice, TerminalError.headless].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// What happened and what to do.
    public var description: String { "\(message). \(advice)" }
}
