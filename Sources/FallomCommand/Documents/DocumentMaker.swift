import Display
import Experiments
import OrderedJSON
import SpanCodec
import TraceModel

/// Makes what people give away: a call as a request, a session as Markdown, as a page, as JSON.
struct DocumentMaker: Sendable {
    let reader: any TraceReader
    let redactor: Redactor
    var wallClock = WallClock.local

    /// Spans of a session that are told at most.
    private static let sessionLimit = 20_000

    func call(_ key: SpanKey, _ form: CallForm) async throws -> String {
        guard let payload = try await reader.payload(of: key) else {
            throw CommandFailure("there is no span '\(key.spanID)' in trace '\(key.traceID)'")
        }
        return try CallSnippet(try LoadedSpan.decode(payload), redactor).text(form)
    }

    /// A span as it came: 'fallom import' reads it.
    func record(of key: SpanKey) async throws -> String {
        guard let payload = try await reader.payload(of: key) else {
            throw CommandFailure("the span is no longer in the store")
        }
        return redactedLine(try SpanExport.ndjsonLine(of: payload.filled.payload))
    }

    private func redactedLine(_ line: [UInt8]) -> String {
        guard let json = try? JSONValue(parsing: line, allowsLoneSurrogates: true) else {
            return redactor.text(String(decoding: line, as: UTF8.self))
        }
        return redactor.json(json).compactText + "\n"
    }

    func markdown(ofSession id: String) async throws -> String {
        SessionMarkdown(session: try await turns(id), redactor: redactor, wallClock: wallClock).text
    }

    func page(ofSession id: String) async throws -> String {
        SessionHTML(session: try await turns(id), redactor: redactor, wallClock: wallClock).text
    }

    /// A session's spans, an object a line, then its scores and what is kept of it: 'fallom import' reads all.
    func lines(ofSession id: String) async throws -> String {
        var text = ""
        for stored in try await reader.spans(ofSession: id, limit: Self.sessionLimit) {
            guard let payload = try await reader.payload(of: stored.span.key) else { continue }
            text += redactedLine(try SpanExport.ndjsonLine(of: payload.filled.payload))
        }
        for score in try await reader.scores(ScoreQuery(.session(id))).scores.reversed() {
            text += redactedLine(ScoreRecord.record(score).encoded())
        }
        if let kept = try await reader.session(id)?.kept { text += redactedLine(KeptRecord.record(kept).encoded()) }
        return text
    }

    private func turns(_ id: String) async throws -> SessionTurns {
        let spans = try await reader.spans(ofSession: id, limit: Self.sessionLimit)
        guard let first = spans.first else {
            throw CommandFailure("there is no session '\(id)'", hint: "'fallom sessions' lists them.")
        }
        var turns = SessionTurns(
            id, summary: try await reader.session(id), customer: spans.lazy.compactMap(\.customerID).first,
            config: first.configKey)
        for stored in spans {
            guard let payload = try await reader.payload(of: stored.span.key) else { continue }
            turns.add(try LoadedSpan.decode(payload))
        }
        return turns
    }
}
