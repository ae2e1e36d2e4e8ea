public import ArgumentParser
import Cells
public import Experiments
import OrderedJSON
import SpanCodec
import TraceModel
import TraceStore

/// `fallom span TRACE SPAN`, `fallom span TRACE/SPAN`: one span with all it says.
struct SpanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "span", abstract: "Show one span: figures, conversation, attributes.")

    @OptionGroup var shared: ReadingOptions

    @Argument(help: "The trace's id, or TRACE/SPAN.")
    var trace: String

    @Argument(help: "The span's id, where it does not stand behind the trace's.")
    var span: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: "Print the span as it came, as JSON.")
    var raw = false

    @Option(name: .customLong("as"), help: "Print the call as a request: curl, python, swift or json.")
    var form: CallForm?

    @Option(help: ArgumentHelp("Leave out what stands under this name; may be repeated.", valueName: "field"))
    var redact: [String] = []

    func validate() throws {
        guard redact.isEmpty || form != nil else { throw ValidationError("--redact is for --as") }
    }

    func run() async throws {
        let key = try span.map { SpanKey(traceID: trace, spanID: $0) } ?? SpanAddress.key(trace)
        let environment = ProcessEnvironment.current()
        let settings = try shared.settings(environment)
        let store = try await StoreAccess.reading(settings, for: .text(.trace, .init(key.traceID)))
        if let form {
            let documents = DocumentMaker(reader: store, redactor: Redactor(settings.scanner, fields: redact))
            return try OutputFile.write(Array(try await documents.call(key, form).utf8), to: "-")
        }
        guard let found = try await store.payload(of: key) else {
            throw CommandFailure(
                "there is no span '\(harmlessText(key.spanID))' in trace '\(harmlessText(key.traceID))'",
                hint: "'fallom spans --json' lists them with their ids.")
        }
        var losses = LossReport()
        let payload = losses.filled(found)
        let output = StandardOutput()
        let decoder = PayloadDecoder()
        if raw {
            let value = try decoder.rawJSON(of: payload.payload)
            try output.line(json ? value.compactBytes : value.prettyBytes)
        } else {
            let detail = try decoder.detail(of: payload.payload, contents: payload.contents)
            var stored = payload.stored
            decoder.complete(&stored.span, from: detail)
            let texts = try decoder.texts(
                of: payload.payload, contents: payload.contents, kind: payload.stored.span.kind)
            if json {
                let document = SpanDetailDocument(
                    span: SpanDocument(stored: stored, texts: texts), detail: detail)
                try output.line(document.json.compactBytes)
            } else {
                let terminal = Terminal.standardOutput(environment)
                let report = SpanReport(stored: stored, detail: detail, now: .now())
                for line in report.lines(for: terminal) { try output.line(line) }
            }
        }
        try output.flush()
        try losses.end()
    }
}

extension CallForm: ExpressibleByArgument {}
