import ArgumentParser
import Display
import Ingest
import OrderedJSON
import TraceModel
import TraceStore

/// `fallom import PATH…`: span files into the store.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Read span files into the store.",
        discussion: """
            Files hold one Fallom record or one OTLP object a line (.ndjson, .jsonl, also .gz); a folder stands for its \
            files, - for standard input. Good spans are stored; bad lines are named, and the exit status is then 1.

            Scores, pins, labels and notes that 'fallom export' wrote come with them: pins and labels are added to those that
            are here, of two notes the later stays.
            """)

    @OptionGroup var shared: ReadingOptions

    @Argument(help: "Files, folders, or - for standard input.")
    var paths: [String]

    @Flag(help: "Print one JSON object for each file, then one for all.")
    var json = false

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let settings = try shared.settings(environment)
        let store = try await StoreAccess.writing(settings)
        let progress = Progress(title: "reading", total: nil)
        let reports = try await FileImporter(into: store, decoder: settings.decoder).run(paths) { step in
            let share = step.totalBytes.map { " of \(Figure.bytes($0))" } ?? ""
            progress.update(step.spans, note: "\(Figure.bytes(step.bytesRead))\(share)")
        }
        progress.end()
        var kept = KeptImport()
        try await kept.take(reports.flatMap(\.kept), into: store)
        try await store.close()
        try report(reports, kept)
        if !reports.allSatisfy(\.isClean) { throw ExitCode.failure }
    }

    private func report(_ reports: [ImportReport], _ kept: KeptImport) throws {
        let summary = ImportSummary(reports, kept: kept.taken)
        for report in reports { StandardError.write(ImportSummary.complaints(of: report)) }
        if let complaint = kept.complaint { StandardError.line(complaint) }
        try StandardOutput.print(
            json: json, reports.map(ImportSummary.json(of:)) + [summary.json], [summary.text])
    }
}
