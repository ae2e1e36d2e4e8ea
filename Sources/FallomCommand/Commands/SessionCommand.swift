import ArgumentParser
import Cells
import OrderedJSON
import TraceModel
import TraceStore

/// `fallom session ID`: one session's figures and spans.
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Show one session: its figures, then its spans.",
        discussion: "With --json the first line is the session, each further line one of its spans.")

    @OptionGroup var shared: ReadingOptions

    @Argument(help: "The session's id.", completion: Completing.session)
    var id: String

    @Flag(help: "Print one JSON object a line.")
    var json = false

    /// A form to give it away in.
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case markdown
        case html
        case json
    }

    @Option(
        name: .customLong("as"), help: "Write the session as markdown, as one page of html, or its records as json.")
    var form: Form?

    @Option(name: .shortAndLong, help: "The file to write; standard output without it.", completion: .file())
    var output: String?

    @Option(help: ArgumentHelp("Leave out what stands under this name; may be repeated.", valueName: "field"))
    var redact: [String] = []

    func validate() throws {
        guard form != nil || redact.isEmpty && output == nil else {
            throw ValidationError("--redact and --output are for --as")
        }
    }

    private func write(_ form: Form, _ settings: Settings, _ store: any TraceReader) async throws {
        let documents = DocumentMaker(reader: store, redactor: Redactor(settings.scanner, fields: redact))
        let text =
            switch form {
            case .markdown: try await documents.markdown(ofSession: id)
            case .html: try await documents.page(ofSession: id)
            case .json: try await documents.lines(ofSession: id)
            }
        try OutputFile.write(Array(text.utf8), to: output ?? "-")
    }

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let settings = try shared.settings(environment)
        let store = try await StoreAccess.reading(settings, for: .text(.session, .init(id)))
        if let form, try await store.session(id) != nil { return try await write(form, settings, store) }
        guard let summary = try await store.session(id) else {
            throw CommandFailure(
                "there is no session '\(harmlessText(id))'", hint: "'fallom sessions' lists them.")
        }
        let spans = try await store.spans(ofSession: id, limit: .max)
        let lines = StandardOutput()
        if json {
            let assignments = try await store.assignments(ofSession: id)
            let document = SessionDocument(
                summary: summary, assignments: assignments, keep: KeptDocument.members(try await store.kept(id)))
            try lines.line(document.json.compactBytes)
            for start in stride(from: 0, to: spans.count, by: 500) {
                let keys = spans[start..<min(start + 500, spans.count)].map(\.span.key)
                for payload in try await store.payloads(of: keys) {
                    try lines.line(try SpanListing.document(of: payload.filled))
                }
            }
        } else {
            let terminal = Terminal.standardOutput(environment)
            if let kept = try await store.kept(id) { try lines.line(KeptDocument.line(kept)) }
            for line in SessionReport(summary: summary, spans: spans, now: .now()).lines(for: terminal) {
                try lines.line(line)
            }
        }
        try lines.flush()
    }
}
