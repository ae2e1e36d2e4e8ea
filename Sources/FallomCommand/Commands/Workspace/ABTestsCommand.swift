import ArgumentParser
import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import Prompts
import Workspace
import WorkspaceModel

/// `fallom ab-tests …`: the prompt A/B tests of the workspace.
struct ABTestsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ab-tests", abstract: "List, show, compare, save, switch and stop prompt A/B tests.",
        subcommands: [
            ABTestsListCommand.self, ABTestsShowCommand.self, ABTestsNewCommand.self, ABTestsUseCommand.self,
            ABTestsStopCommand.self, ABTestsDiffCommand.self,
        ],
        defaultSubcommand: ABTestsListCommand.self)
}

/// `fallom ab-tests list`.
struct ABTestsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List tests and their versions.")

    @OptionGroup var workspace: WorkspaceOptions

    func run() async throws {
        let access = try workspace.open()
        let tests = access.snapshot.abTests.served
        var table = Table([.init("TEST", minimum: 12), .init("VERSION", right: true), .init("VARIANTS", minimum: 12)])
        for (test, _) in tests {
            let variants = test.variants.indices.map { index in
                "\(test.variants[index].displayName) \(Figure.share(test.split.bucketShare(of: index)))"
            }
            table.append([
                TableCell(test.key, .strong), "\(test.version)", TableCell(variants.joined(separator: ", ")),
            ])
        }
        try StandardOutput.print(
            json: workspace.json, tests.map { summary($0, $1) }, table.lines(for: .standardOutput(.current())))
        if access.snapshot.abTests.isEmpty { access.sayEmpty("fallom ab-tests new KEY FILE --use") }
        access.reportProblems()
    }

    private func summary(_ test: PromptABTest, _ versions: [Int]) -> JSONValue {
        [
            "key": .string(test.key), "version": .number(test.version),
            "versions": .array(versions.map { .number($0) }),
        ]
    }
}

/// `fallom ab-tests show KEY`.
struct ABTestsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a test: its exact split, and what a session gets.")

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The test's key.", completion: Completing.abTest)
    var key: String

    @Option(help: "A version other than the current one.")
    var version: Int?

    @Option(
        name: .customLong("session"), parsing: .unconditional,
        help: ArgumentHelp("Also say what this session gets.", valueName: "id"))
    var sessionID: String?

    func run() async throws {
        let access = try workspace.open()
        let test = try access.abTest(key, version: version)
        let output = StandardOutput()
        if workspace.json {
            try output.line(test.record.compactBytes)
        } else {
            try output.line(harmlessText("\(test.key)  version \(test.version)"))
            for (index, variant) in test.variants.enumerated() {
                let share = Figure.share(test.split.bucketShare(of: index))
                try output.line(harmlessText("  \(index)  \(variant.displayName)  exact share \(share)"))
            }
            for lint in test.lints(prompts: access.snapshot.prompts) {
                try output.line(harmlessText("  \(lint.severity.rawValue): \(lint.path) \(lint.message)"))
            }
        }
        if let sessionID {
            let choice = try test.choose(sessionID: sessionID)
            let interval = test.interval(of: choice)
            if workspace.json {
                try output.line(
                    JSONValue.object([
                        "session_id": .string(sessionID), "variant_index": .number(choice.variantIndex),
                        "prompt_key": .string(choice.promptKey), "bucket": .number(choice.bucket),
                        "interval": .array([.number(interval.lowerBound), .number(interval.upperBound)]),
                    ]).compactBytes)
            } else {
                let place = "bucket \(choice.bucket) in \(interval.lowerBound)–\(interval.upperBound - 1)"
                try output.line(
                    harmlessText("\(sessionID)  variant \(choice.variantIndex), \(choice.promptKey), \(place)"))
            }
        }
        try output.flush()
        access.reportProblems(of: key)
    }
}
