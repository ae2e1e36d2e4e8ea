/// Text in runs of different styles.
public struct StyledText: Hashable, Sendable {
    /// Text in one style.
    public struct Run: Hashable, Sendable {
        /// What it says.
        public var text: String
        /// How it looks.
        public var style: Style

        /// Makes a run.
        public init(_ text: String, _ style: Style = Style()) {
            self.text = text
            self.style = style
        }
    }

    /// The runs, left to right.
    public var runs: [Run]

    /// Makes text of runs.
    public init(runs: [Run] = []) {
        self.runs = runs
    }

    /// Makes text in one style.
    public init(_ text: String, _ style: Style = Style()) {
        runs = [Run(text, style)]
    }

    /// Adds text at the end.
    public mutating func append(_ text: String, _ style: Style = Style()) {
        runs.append(Run(text, style))
    }

    /// Columns on one line.
    public var width: Int { runs.reduce(0) { $0 + displayWidth(of: $1.text) } }

    /// The text without styles.
    public var plain: String { runs.map(\.text).joined() }
}
