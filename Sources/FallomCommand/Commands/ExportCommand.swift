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
            openai-jsonl    each answered call as OpenAI's fine-tuning and evals take it
            messages-jsonl  each answered call: what went in, what came out, where it is from

            In the last two no secret is left that is known, and no field that --redact names.
            """)

    /// The forms.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case ndjson
        case otlp
        case csv
        case openAI = "openai-jsonl"
        case messages = "messages-jsonl"
    }

    @OptionGroup var shared: ReadingOptions
    @OptionGroup var filter: FilterArguments

    @Option(help: "ndjson, otlp, csv, openai-jsonl or messages-jsonl.")
    var format = Format.ndjson

    @Option(help: ArgumentHelp("Leave out what stands under this name; may be repeated.", valueName: "field"))
    var redact: [String] = []

    func validate() throws {
        guard redact.isEmpty || format == .openAI || format == .messages else {
            throw ValidationError("--redact is for openai-jsonl and messages-jsonl; the others give spans as they came")
        }
    }

    func run() async throws {
        let wanted = try filter.parsed()
        let settings = try shared.settings()
        let store = try await StoreAccess.reading(settings, for: wanted)
        let redactor = Redactor(settings.scanner, fields: redact)
        let output = StandardOutput()
        let progress = Progress(title: "exporting", total: try? await store.overview().spans)
        var (written, last): (Int, StoredSpan?) = (0, nil)
        var losses = LossReport()
        if format == .csv { try output.line(SpanTableText.heading) }
        func write(_ payloads: [StoredSpanPayload]) throws {
            for payload in payloads {
                if let line = try line(losses.filled(payload), redactor) { try output.line(line) }
            }
            written += payloads.count
            progress.update(written)
        }
        do {
            try await SpanListing(reader: store, includesRuns: format != .openAI && format != .messages).each(wanted) {
                page in
                for part in SpanListing.parts(page) {
                    try write(try await store.payloads(of: part.map(\.span.key)))
                    last = part.last
                }
            }
        } catch let error as StoreError where error.code == .corrupt {
            losses.orderIsDamaged(error)
            if let file = store as? TraceStore { try await rest(of: file, behind: last, wanted) { try write($0) } }
            try await losses.count(against: store, written, isAll: wanted == .all)
        }
        if format == .ndjson || format == .otlp {
            try await writeScores(of: store, wanted, output)
            do {
                try await writeKept(of: store, wanted, output)
            } catch let error as StoreError where error.code == .corrupt {
                losses.orderIsDamaged(error)
            }
        }
        progress.end()
        try output.flush()
        if written == 0 { StandardError.line(filter.text.isEmpty ? StoreAccess.emptyHint : "no span matches") }
        try losses.end()
    }

    /// The scores of what was written, each a record that 'fallom import' keeps as a score.
    private func writeScores(of store: any SpanStore, _ filter: SpanFilter, _ output: StandardOutput) async throws {
        for stored in try await store.scores(ScoreQuery(.everything)).scores.reversed() {
            if filter != .all, try await !isWritten(stored, filter, in: store) { continue }
            let line = format == .otlp ? try ScoreRecord.otlpLine(stored) : ScoreRecord.record(stored).encoded()
            try output.line(line)
        }
    }

    /// What people keep of the sessions that were written, each a record that 'fallom import' keeps again.
    private func writeKept(of store: any SpanStore, _ filter: SpanFilter, _ output: StandardOutput) async throws {
        let marked = SpanFilter.or(["pinned", "note", "label"].map { .text(.mark, SpanFilter.TextPattern($0)) })
        var query = SessionQuery(
            filter: filter == .all ? marked : .and([filter, marked]), sort: .sessionID, descending: false, limit: 500)
        while true {
            let page = try await store.sessions(query)
            for kept in page.sessions.compactMap(\.kept) {
                try output.line(
                    format == .otlp ? try KeptRecord.otlpLine(kept) : KeptRecord.record(kept).encoded())
            }
            query.offset += page.sessions.count
            if page.sessions.isEmpty || query.offset >= page.total { return }
        }
    }

    /// What can be read besides, where the order of starts is damaged: by arrival, stepping over the damage.
    private func rest(
        of store: TraceStore, behind last: StoredSpan?, _ filter: SpanFilter,
        _ write: ([StoredSpanPayload]) throws -> Void
    ) async throws {
        var place: Int64? = 0
        while let start = place {
            let page = try await store.salvageable(from: start, limit: 500)
            place = page.next
            try write(
                page.spans.filter { payload in
                    let isNew = last.map { payload.stored.startsBehind($0) } ?? true
                    return isNew && filter.matches(payload.stored, looking: SpanLookup.of(payload))
                })
        }
    }

    private func line(_ payload: StoredSpanPayload, _ redactor: Redactor) throws -> [UInt8]? {
        switch format {
        case .ndjson: try SpanExport.ndjsonLine(of: payload.payload)
        case .otlp: try SpanExport.otlpLine(of: payload.stored.span, payload: payload.payload)
        case .csv: Array(SpanTableText.row(payload.stored).utf8)
        case .openAI: DatasetLine(loaded: try LoadedSpan.decode(payload), redactor: redactor).openAI?.compactBytes
        case .messages: DatasetLine(loaded: try LoadedSpan.decode(payload), redactor: redactor).messages?.compactBytes
        }
    }
}

extension ExportCommand {
    /// Whether a span of the target passes a filter.
    private func isWritten(
        _ stored: StoredScore, _ filter: SpanFilter, in store: any SpanStore
    ) async throws -> Bool {
        guard let session = stored.sessionID else { return false }
        let own: SpanFilter =
            switch stored.score.target {
            case .session: .all
            case .span(let key): .text(.trace, SpanFilter.TextPattern(key.traceID))
            }
        let ofSession = SpanFilter.text(.session, SpanFilter.TextPattern(session))
        let query = SpanQuery(filter: .and([filter, ofSession, own]), limit: 1)
        return try await !store.spans(query).spans.isEmpty
    }
}

extension StoredSpan {
    fileprivate func startsBehind(_ other: StoredSpan) -> Bool {
        span.start == other.span.start ? sequence > other.sequence : span.start > other.span.start
    }
}
