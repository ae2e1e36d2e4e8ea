import ArgumentParser
import Cells
import Display
import OrderedJSON
import SpanCodec
import SystemCalls
import TraceModel
import TraceStore

/// `fallom store salvage`: a new store of what can be read of a damaged one.
struct StoreSalvageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "salvage", abstract: "Write a new store of all that can be read of a damaged one.",
        discussion: """
            The damaged store is not changed. Of a span whose bytes are damaged the figures are brought over, with the \
            attribute fallom.loss. 'fallom store check' says whether a store is damaged.
            """)

    @OptionGroup var shared: ReadingOptions

    @Option(help: "The new store's file (default: the store's with .salvaged behind it).")
    var to: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let settings = try shared.settings()
        let target = to ?? settings.store + ".salvaged"
        guard !Files.exists(target) else {
            throw CommandFailure("there is something at \(target) already", hint: "Name another file with --to.")
        }
        let source = try StoreAccess.reader(settings)
        let new = try TraceStore.open(at: target, configuration: try StoreAccess.configuration(settings))
        let progress = Progress(title: "salvaging", total: try? await source.overview().spans)
        let report = try await source.salvage(
            into: new, figures: { SpanExport.figures(of: $0, loss: "its bytes are damaged") },
            progress: { progress.update($0) })
        progress.end()
        let sessions = try await new.overview().sessions
        try await new.close()
        try StandardOutput.print(
            json: json, [report.json(target, sessions: sessions)],
            report.lines(target, sessions: sessions).map(harmlessText))
    }
}

extension SalvageReport {
    fileprivate func lines(_ path: String, sessions: Int) -> [String] {
        var lines = ["\(path): \(Figure.count(spans)) spans in \(Figure.count(sessions)) sessions"]
        if withoutBytes > 0 { lines.append("what was said in \(Figure.count(withoutBytes)) of them is lost") }
        switch lostSpans {
        case 0?: break
        case let lost?: lines.append("\(Figure.count(lost)) spans could not be read")
        case nil: lines.append("how many spans could not be read is not known: the store's count is lost too")
        }
        if contents + assignments + scores + kept > 0 || hasLostOthers {
            lines.append(
                "\(Figure.count(contents)) logged contents, \(Figure.count(assignments)) recorded assignments, "
                    + "\(Figure.count(scores, "score")), pins, notes and labels of \(Figure.count(kept, "session"))"
                    + (hasLostOthers ? "; some could not be read" : ""))
        }
        return lines + [
            "use it with --store, or put it in the place of the damaged one ('fallom store renew' moves that aside)"
        ]
    }

    fileprivate func json(_ path: String, sessions: Int) -> JSONValue {
        .object([
            "path": .string(path), "spans": .number(spans), "sessions": .number(sessions),
            "without_bytes": .number(withoutBytes), "lost_spans": lostSpans.map { .number($0) } ?? .null,
            "contents": .number(contents), "assignments": .number(assignments), "scores": .number(scores),
            "kept": .number(kept), "lost_others": .bool(hasLostOthers),
        ])
    }
}
