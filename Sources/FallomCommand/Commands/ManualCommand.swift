import ArgumentParser
import Console

/// `fallom manual`: the console's keys as a page of Markdown, for `docs/keys.md`.
struct ManualCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Print the console's keys as Markdown.", shouldDisplay: false)

    func run() async throws {
        let output = StandardOutput()
        try output.line(CommandTable.manual().trimmingLineEnds)
        try output.flush()
    }
}

extension String {
    /// The text without line ends at its end.
    fileprivate var trimmingLineEnds: String {
        var text = self
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
