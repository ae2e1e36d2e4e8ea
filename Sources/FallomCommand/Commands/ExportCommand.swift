import ArgumentParser
import OrderedJSON
import SpanCodec
import TraceModel
import TraceStore

/// `fallom export [FILTER]`: spans in a form that another program reads, or `fallom import`.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write spans to standard output, oldest first.",
        discussion: """
            ndjson  each span as it came: a Fallom record or an OTLP object a line; 'fallom import' reads it
            otlp    each span as an OTLP object a line, for any OpenTelemetry backend
            csv     the figures of each span, for a spreadsheet
            """)

    /// The forms.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case ndjson
        case otlp
        case csv
    }

    @OptionGroup var shared: SharedOptions
    @OptionGroup var filter: FilterArguments

    @Option(help: "ndjson, otlp or csv.")
    var format = Format.ndjson

    func run() async throws {
        let wanted = try filter.parsed()
        let store = try StoreAccess.reader(try shared.settings())
        let output = StandardOutput()
        let progress = Progress(title: "exporting", total: try await store.overview().spans)
        var written = 0
        if format == .csv { try output.line(SpanTableText.heading) }
        try await SpanListing(reader: store).each(wanted) { page in
            for payload in try await store.payloads(of: page.map(\.span.key)) { try output.line(try line(payload)) }
            written += page.count
            progress.update(written)
        }
        progress.end()
        try output.flush()
    }

    private func line(_ payload: StoredSpanPayload) throws -> [UInt8] {
        switch format {
        case .ndjson: try SpanExport.ndjsonLine(of: payload.payload)
        case .otlp: try SpanExport.otlpLine(of: payload.stored.span, payload: payload.payload)
        case .csv: Array(SpanTableText.row(payload.stored).utf8)
        }
    }
}
