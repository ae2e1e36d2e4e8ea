import ArgumentParser
import SystemCalls

/// `fallom manual`: the manual's pages for `man`, scripts for Tab, or the console's keys for `docs/keys.md`.
struct ManualCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Write the manual's pages or the scripts for Tab into a folder.",
        discussion: """
            Without a folder it prints the console's keys as Markdown. `--man` makes pages for man(1); `--completions` makes \
            scripts that complete commands, keys of configs and prompts, sessions and filters in bash, zsh and fish.
            """)

    @Option(help: ArgumentHelp("Write the pages into man1, man5 and man7 below this folder.", valueName: "dir"))
    var man: String?

    @Option(help: ArgumentHelp("Write fallom.bash, _fallom and fallom.fish into this folder.", valueName: "dir"))
    var completions: String?

    func run() async throws {
        let environment = ProcessEnvironment.current()
        if let man {
            for page in try Manual.pages() {
                let path = "\(environment.absolute(man))/man\(page.section)/\(page.fileName)"
                try write(page.text, to: path)
            }
        }
        if let completions {
            for (file, shell) in [("fallom.bash", CompletionShell.bash), ("_fallom", .zsh), ("fallom.fish", .fish)] {
                let script = RootCommand.completionScript(for: shell) + "\n"
                let finished =
                    switch shell {
                    case .bash: script + CompletionScripts.wordsWithColons
                    case .fish: CompletionScripts.fish(script)
                    default: script
                    }
                try write(finished, to: environment.absolute(completions) + "/" + file)
            }
        }
        guard man == nil, completions == nil else { return }
        try StandardOutput.print(ConsoleManual.text)
    }

    private func write(_ text: String, to path: String) throws {
        try OutputFile.makeFolder(for: path)
        try OutputFile.write(Array(text.utf8), to: path)
    }
}
