import ArgumentParser
import Assignment
import Cells
import OrderedJSON
import Workspace
import WorkspaceModel

/// `fallom contexts …`: the named sample contexts of the workspace.
struct ContextsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contexts", abstract: "List, show and save sample contexts for simulation.",
        subcommands: [ContextsListCommand.self, ContextsShowCommand.self, ContextsNewCommand.self],
        defaultSubcommand: ContextsListCommand.self)
}

/// `fallom contexts list`.
struct ContextsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List sample contexts.")

    @OptionGroup var workspace: WorkspaceOptions

    func run() async throws {
        let access = try workspace.open()
        var table = Table([
            .init("CONTEXT", minimum: 12), .init("SESSION"), .init("CUSTOMER"), .init("FIELDS", minimum: 12),
        ])
        for context in access.snapshot.contexts {
            let fields = context.context.entries.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
            table.append([
                TableCell(context.name, .strong), TableCell(context.sessionID ?? ""),
                TableCell(context.customerID ?? ""), TableCell(fields),
            ])
        }
        try StandardOutput.print(
            json: workspace.json, access.snapshot.contexts.map(\.document),
            table.lines(for: .standardOutput(.current())))
        access.reportProblems()
    }
}

/// `fallom contexts show NAME`.
struct ContextsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a sample context.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "Its name.")
    var name: String

    func run() async throws {
        let access = try workspace.open()
        guard let context = access.snapshot.contexts.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            throw CommandFailure(
                "there is no context '\(name)' in \(access.folder.path)", hint: "`fallom contexts` lists them.")
        }
        let output = StandardOutput()
        try output.line(workspace.json ? context.document.compactBytes : context.record.prettyBytes)
        try output.flush()
    }
}

/// `fallom contexts new NAME`.
struct ContextsNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Save a sample context, in the place of one of the same name.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "Its name.")
    var name: String

    @Option(name: .customLong("session"), help: ArgumentHelp("The session to ask for.", valueName: "id"))
    var sessionID: String?

    @Option(help: ArgumentHelp("The customer.", valueName: "id"))
    var customerID: String?

    @Option(name: .customLong("context"), help: ArgumentHelp("A field; repeat it.", valueName: "k=v"))
    var fields: [NamedText] = []

    func run() async throws {
        let context = SampleContext(
            name: name, sessionID: sessionID, customerID: customerID,
            context: EvaluationContext(fields.map { ($0.name, $0.value) }))
        try workspace.open().folder.saveContext(context)
        try StandardOutput.print(json: workspace.json, [context.document], [harmlessText("saved context \(name)")])
    }
}

extension SampleContext {
    /// The context with its name, as one object.
    var document: JSONValue {
        .object([JSONMember("name", .string(name))] + (record.object ?? []))
    }
}
