import ArgumentParser

/// `fallom manual`: the console's keys as a page of Markdown, for `docs/keys.md`.
struct ManualCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Print the console's keys as Markdown.", shouldDisplay: false)

    func run() async throws {
        let output = StandardOutput()
        try output.line(ConsoleManual.text)
        try output.flush()
    }
}
