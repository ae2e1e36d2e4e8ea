import ArgumentParser
import Assignment
import Cells
import Experiments

/// `fallom assign CONFIG SESSION_ID`: which model a session gets, and why.
struct AssignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Say which model a session gets from a config, and why.",
        discussion: """
            The answer is the one every Fallom SDK gives, from the same engine. With `-` in the place of the session \
            id it is read from standard input, byte for byte.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The config's key.", completion: Completing.config)
    var config: String

    @Argument(help: ArgumentHelp("The session id; - reads it from standard input.", valueName: "session-id"))
    var sessionID: String

    @Option(help: ArgumentHelp("The customer, as targeting sees it.", valueName: "id"))
    var customerID: String?

    @Option(name: .customLong("context"), help: ArgumentHelp("A field of the context; repeat it.", valueName: "k=v"))
    var contextFields: [NamedText] = []

    @Option(help: "A version other than the current one.")
    var version: Int?

    @Option(help: ArgumentHelp("What the app gives as fallback.", valueName: "model"))
    var fallback: String?

    @Flag(help: "Show every target and rule that was tried, and why it did not match.")
    var explain = false

    func run() async throws {
        let access = try workspace.open()
        let id = sessionID == "-" ? String(decoding: try WorkspaceAccess.bytes(at: "-"), as: UTF8.self) : sessionID
        let evaluation = try access.config(config, version: version).evaluate(
            sessionID: id, customerID: customerID,
            context: EvaluationContext(contextFields.map { ($0.name, $0.value) }), fallback: fallback)
        try StandardOutput.print(
            json: workspace.json, [EvaluationDocument(evaluation, explains: explain).json],
            lines(evaluation).map(harmlessText))
        if evaluation.model == nil { throw ExitCode.failure }
    }

    private func lines(_ evaluation: Evaluation) -> [String] {
        let variant = evaluation.variantIndex.map { "variant \($0), " } ?? ""
        var lines = ["\(evaluation.model ?? "no model")  \(variant)\(evaluation.sentence)"]
        if explain { lines += evaluation.explanation.map { "  " + $0 } }
        for notice in evaluation.notices {
            lines.append("  beware: \(notice.message)")
            lines.append("    Python: \(notice.python.sentence)   TypeScript: \(notice.typeScript.sentence)")
        }
        return lines
    }
}
