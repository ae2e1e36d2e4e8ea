import ArgumentParser

/// `fallom`: the console when no command is named, else the command.
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fallom",
        abstract: "Watch the LLM calls of an app live: sessions, models, latency, tokens, cost, content.",
        discussion: """
            Without a command the console opens. It listens on 127.0.0.1:4318 (HTTP), :4317 (gRPC) and :4319 (UDP); \
            `fallom env` prints the environment that points an app at it. `fallom demo` shows it with a made-up load.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Watch",
                subcommands: [
                    ConsoleCommand.self, DemoCommand.self, ServeCommand.self, RunCommand.self, TailCommand.self,
                ]),
            CommandGroup(
                name: "Read",
                subcommands: [
                    SessionsCommand.self, SessionCommand.self, SpansCommand.self, SpanCommand.self, UsageCommand.self,
                    ErrorsCommand.self, ExportCommand.self,
                ]),
            CommandGroup(name: "Try again", subcommands: [TryCommand.self, RunVariantsCommand.self]),
            CommandGroup(
                name: "Keep",
                subcommands: [
                    PinCommand.self, NoteCommand.self, LabelCommand.self, ScoreCommand.self, JudgeCommand.self,
                ]),
            CommandGroup(
                name: "Steer",
                subcommands: [
                    AssignCommand.self, SimulateCommand.self, ConfigsCommand.self, PromptsCommand.self,
                    ABTestsCommand.self, ContextsCommand.self, PricesCommand.self,
                ]),
            CommandGroup(
                name: "Set up",
                subcommands: [
                    InitCommand.self, EnvCommand.self, ImportCommand.self, CopyCommand.self, StoreCommand.self,
                    DoctorCommand.self, KeysCommand.self, ManualCommand.self,
                ]),
        ],
        defaultSubcommand: ConsoleCommand.self)
}

/// What this program calls itself.
enum Version {
    /// The version, as in CHANGELOG.md.
    static let text = "0.1.0"
    /// When it was made, for the foot of the manual's pages.
    static let date = "2026-11-29"
}
