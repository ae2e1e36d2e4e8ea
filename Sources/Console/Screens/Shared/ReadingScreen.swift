import Cells

/// A screen on which one reads what was said, in a way one chooses.
protocol ReadingScreen: Screen {
    /// How it is read.
    var reading: Reading { get set }
    /// Whether there is something to read.
    var isReading: Bool { get }
    /// After it has changed: lays out anew what could not be laid out at once.
    mutating func readingChanged(_ scope: inout Scope)
}

extension ReadingScreen {
    mutating func readingChanged(_ scope: inout Scope) {}
}

extension Command {
    /// The commands of reading, the same wherever one reads.
    /// - Parameter rank: how soon the hint line leaves unfolding out: last where one has come to read.
    static func reading<S: ReadingScreen>(_ screen: S.Type, _ name: String, rank: Int) -> [Command] {
        [
            .on(
                screen, name + ".unfold", "all of it", ["="], hint: .of("unfold", order: 70, rank: rank),
                help: "Unfold what stood in the call before, reasoning, large JSON and long texts, or fold them again.",
                when: { $0.isReading }, otherwise: { _ in "no message is shown" },
                do: { screen, scope in
                    screen.reading.isUnfolded.toggle()
                    screen.readingChanged(&scope)
                }),
            .on(
                screen, name + ".as-written", "as written", ["M"], hint: .of("as written", order: 71, rank: 99),
                help: "Show texts as they were written, with their Markdown, or rendered.", when: { $0.isReading },
                otherwise: { _ in "no message is shown" },
                do: { screen, scope in
                    screen.reading.isRaw.toggle()
                    screen.readingChanged(&scope)
                    scope.tell(screen.reading.isRaw ? "texts as written" : "texts rendered")
                }),
        ]
    }
}
