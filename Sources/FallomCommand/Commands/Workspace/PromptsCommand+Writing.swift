import ArgumentParser
import Assignment
import Prompts
import TraceModel
import Workspace
import WorkspaceModel

/// `fallom prompts new KEY`.
struct PromptsNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Save a prompt as a new version.",
        discussion: """
            What is left out is taken from the current version. The texts are kept byte for byte; a saved version is \
            never changed.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The prompt's key.", completion: Completing.prompt)
    var key: String

    @Option(help: ArgumentHelp("The system text's file; - reads standard input.", valueName: "file"))
    var system: String?

    @Option(help: ArgumentHelp("The user template's file; - reads standard input.", valueName: "file"))
    var user: String?

    @Option(help: "Why this version.")
    var note: String?

    @Option(help: "Who wrote it (default: $USER).")
    var author: String?

    @Flag(help: "Make it the current version.")
    var use = false

    func validate() throws {
        if system == nil, user == nil { throw ValidationError("--system or --user must name a file") }
        if system == "-", user == "-" { throw ValidationError("only one of --system and --user can be -") }
    }

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let settings = try workspace.shared.settings(environment)
        let access = WorkspaceAccess(settings)
        await access.rememberCalls(of: .prompt, key: key, settings)
        let current = access.snapshot.prompts[key]?.current
        let saved = try access.folder.savePrompt(
            key: key, system: try text(system) ?? current?.systemPrompt ?? "",
            user: try text(user) ?? current?.userTemplate ?? "",
            note: VersionNote(
                note: note, author: author ?? environment["USER"],
                createdAt: .now(), basedOn: current?.version),
            seen: access.snapshot.prompts[key]?.ascending.last, makesCurrent: use)
        try SavedReport("prompt", key, saved).print(json: workspace.json)
    }

    private func text(_ path: String?) throws -> String? {
        guard let path else { return nil }
        guard let text = String(validating: try WorkspaceAccess.bytes(at: path), as: UTF8.self) else {
            throw CommandFailure("\(path) is not UTF-8 text")
        }
        return text
    }
}

/// `fallom prompts use KEY VERSION`.
struct PromptsUseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Make a version the current one; going back is the same.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The prompt's key.", completion: Completing.prompt)
    var key: String

    @Argument(help: "The version.")
    var version: Int

    func run() async throws {
        try workspace.open().folder.use(.prompt, key: key, version: version)
        try SavedReport.printUsed("prompt", key, version, json: workspace.json)
    }
}
