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

    @OptionGroup var shared: SharedOptions

    @Argument(help: "The session's id.", completion: Completing.session)
    var id: String

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let store = try await StoreAccess.reading(try shared.settings(environment))
        guard let summary = try await store.session(id) else {
            throw CommandFailure(
                "there is no session '\(harmlessText(id))'", hint: "'fallom sessions' lists them.")
        }
        let spans = try await store.spans(ofSession: id, limit: .max)
        let output = StandardOutput()
        if json {
            let assignments = try await store.assignments(ofSession: id)
            let document = SessionDocument(
                summary: summary, assignments: assignments, keep: KeptDocument.members(try await store.kept(id)))
            try output.line(document.json.compactBytes)
            for start in stride(from: 0, to: spans.count, by: 500) {
                let keys = spans[start..<min(start + 500, spans.count)].map(\.span.key)
                for payload in try await store.payloads(of: keys) {
                    try output.line(try SpanListing.document(of: payload.filled))
                }
            }
        } else {
            let terminal = Terminal.standardOutput(environment)
            if let kept = try await store.kept(id) { try output.line(KeptDocument.line(kept)) }
            for line in SessionReport(summary: summary, spans: spans, now: .now()).lines(for: terminal) {
                try output.line(line)
            }
        }
        try output.flush()
    }
}
