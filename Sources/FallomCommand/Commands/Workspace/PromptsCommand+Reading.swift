import ArgumentParser
import Assignment
import Cells
import OrderedJSON
import Prompts
import TraceModel
import Workspace
import WorkspaceModel

/// `fallom prompts list`.
struct PromptsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List prompts and their versions.")

    @OptionGroup var workspace: WorkspaceOptions

    func run() async throws {
        let access = try workspace.open()
        let prompts = access.snapshot.prompts.served.map { prompt, versions in
            (prompt, versions, note: access.snapshot.note(ofPrompt: prompt.key, version: prompt.version)?.note)
        }
        var table = Table([
            .init("PROMPT", minimum: 12), .init("VERSION", right: true), .init("VERSIONS"), .init("NOTE", minimum: 8),
        ])
        for (prompt, versions, note) in prompts {
            table.append([
                TableCell(prompt.key, .strong), "\(prompt.version)",
                TableCell(versions.map(String.init).joined(separator: ","), .dim), TableCell(note ?? "", .dim),
            ])
        }
        try StandardOutput.print(
            json: workspace.json, prompts.map { summary($0, $1, $2) }, table.lines(for: .standardOutput(.current())))
        for (prompt, _, _) in prompts {
            for note in prompt.nearPlaceholderNotes { StandardError.line(harmlessText("\(prompt.key): \(note)")) }
        }
        if access.snapshot.prompts.isEmpty {
            access.sayEmpty("fallom prompts new KEY --system FILE --use")
        }
        access.reportProblems()
    }

    private func summary(_ prompt: PromptRecord, _ versions: [Int], _ note: String?) -> JSONValue {
        [
            "key": .string(prompt.key), "version": .number(prompt.version),
            "versions": .array(versions.map { .number($0) }), "note": .text(note),
            "near_placeholders": .array(prompt.nearPlaceholderNotes.map { .string($0) }),
        ]
    }
}

/// `fallom prompts show KEY`.
struct PromptsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a prompt's texts and the variables they ask for.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The prompt's key.", completion: Completing.prompt)
    var key: String

    @Option(help: "A version other than the current one.")
    var version: Int?

    func run() async throws {
        let access = try workspace.open()
        let prompt = try access.prompt(key, version: version)
        let note = access.snapshot.note(ofPrompt: key, version: prompt.version)
        let variables = prompt.variables
        let output = StandardOutput()
        if workspace.json {
            var members = prompt.record.object ?? []
            members.append(JSONMember("variables", .array(variables.map { .string($0) })))
            members.append(
                JSONMember("near_placeholders", .array(prompt.nearPlaceholderNotes.map { .string($0) })))
            members.append(JSONMember("note", .text(note?.note)))
            members.append(JSONMember("author", .text(note?.author)))
            let created = note?.createdAt?.iso8601
            members.append(JSONMember("created_at", .text(created)))
            try output.line(JSONValue.object(members).compactBytes)
        } else {
            try output.line(harmlessText("\(key)  version \(prompt.version)  \(note?.note ?? "")"))
            try PromptText.print("system", prompt.systemPrompt, to: output)
            try PromptText.print("user", prompt.userTemplate, to: output)
            if !variables.isEmpty {
                try output.line("")
                try output.line(harmlessText("variables  \(variables.joined(separator: ", "))"))
            }
            for note in prompt.nearPlaceholderNotes { try output.line(harmlessText("beware     \(note)")) }
        }
        try output.flush()
        access.reportProblems(of: key)
    }
}

/// `fallom prompts render KEY`.
struct PromptsRenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Fill a prompt's variables in, as the SDKs do.",
        discussion: "With --ab-test the key names a test, and --session decides which variant is rendered.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The prompt's key, or the test's with --ab-test.", completion: Completing.prompt)
    var key: String

    @Option(help: "A version other than the current one.")
    var version: Int?

    @Option(name: .customLong("var"), help: ArgumentHelp("A variable that is text; repeat it.", valueName: "k=v"))
    var variables: [NamedText] = []

    @Option(help: ArgumentHelp("A JSON object of variables; - reads standard input.", valueName: "file"))
    var variablesFile: String?

    @Flag(help: "The key names a prompt A/B test.")
    var abTest = false

    // Ids may begin with anything, a hyphen too.
    @Option(
        name: .customLong("session"), parsing: .unconditional,
        help: ArgumentHelp("The session, for --ab-test.", valueName: "id"))
    var sessionID: String?

    func validate() throws {
        if abTest, sessionID == nil { throw ValidationError("--ab-test needs --session") }
        if abTest, version != nil { throw ValidationError("--version and --ab-test exclude each other") }
    }

    func run() async throws {
        let access = try workspace.open()
        let result = try rendered(access, try given())
        let output = StandardOutput()
        if workspace.json {
            try output.line(document(result).compactBytes)
        } else {
            let variant = result.variantIndex.map { "  variant \($0) of \(result.abTestKey ?? "")" } ?? ""
            try output.line(harmlessText("\(result.key)  version \(result.version)\(variant)"))
            try PromptText.print("system", result.system, to: output)
            try PromptText.print("user", result.user, to: output)
        }
        try output.flush()
        warn(result.rendered)
    }

    private func given() throws -> PromptVariables {
        var given = PromptVariables(json: try variablesFile.map { try WorkspaceAccess.json(at: $0) })
        for variable in variables { given[variable.name] = .string(variable.value) }
        return given
    }

    private func rendered(_ access: WorkspaceAccess, _ variables: PromptVariables) throws -> PromptResult {
        if abTest, let sessionID {
            return try access.snapshot.prompts.prompt(
                of: try access.abTest(key, version: nil), sessionID: sessionID, variables: variables)
        }
        let prompt = try access.prompt(key, version: version)
        return try access.snapshot.prompts.prompt(key: key, version: prompt.version, variables: variables)
    }

    private func document(_ result: PromptResult) -> JSONValue {
        .object([
            "key": .string(result.key), "version": .number(result.version), "system": .string(result.system),
            "user": .string(result.user), "ab_test_key": .text(result.abTestKey),
            "variant_index": .count(result.variantIndex),
            "missing": .array(result.rendered.missing.map { .string($0) }),
            "unused": .array(result.rendered.unused.map { .string($0) }),
        ])
    }

    private func warn(_ rendered: RenderedPrompt) {
        if !rendered.missing.isEmpty {
            StandardError.line(harmlessText("no value for \(rendered.missing.joined(separator: ", "))"))
        }
        if !rendered.nullValued.isEmpty {
            StandardError.line(harmlessText("null for \(rendered.nullValued.joined(separator: ", "))"))
        }
        if !rendered.unused.isEmpty {
            StandardError.line(harmlessText("not used: \(rendered.unused.joined(separator: ", "))"))
        }
    }
}

extension PromptRecord {
    /// What in its texts is perhaps meant as a placeholder and is none.
    fileprivate var nearPlaceholderNotes: [String] {
        let system = Template(systemPrompt).nearPlaceholderNotes
        return system + Template(userTemplate).nearPlaceholderNotes.filter { !system.contains($0) }
    }
}

/// Prints one of a prompt's texts under its name, line by line, harmless.
enum PromptText {
    static func print(_ name: String, _ text: String, to output: StandardOutput) throws {
        try output.line("")
        try output.line(name)
        for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            try output.line("  " + harmlessText(String(line)))
        }
    }
}
