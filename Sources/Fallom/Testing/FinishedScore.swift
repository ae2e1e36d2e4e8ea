import SpanCodec
import TraceModel

/// A score as a test reads it: what `session.score("helpful", 1)` said.
public struct FinishedScore: Hashable, Sendable {
    /// What was judged, such as `helpful`.
    public let name: String
    /// The number; of words, those that say yes or no stand for 1 and 0, others for none.
    public let value: Double?
    /// The word; `nil` where a number was said.
    public let word: String?
    /// Why; `nil` where content is not captured.
    public let comment: String?
    /// Who judged; `app` for the app itself.
    public let judge: String
    /// The session that is scored, or that the scored span stands in.
    public let sessionID: String
    /// The span that is scored; `nil` where the session is.
    public let span: SpanContext?

    /// Reads a record; `nil` for one that is a span.
    init?(_ finished: SpanRecord) {
        let record = finished.record
        guard record.kind == .custom,
            let batch = try? SpanDecoder().decodeTraces(record.encoded(), encoding: .json),
            let score = batch.scores.first
        else { return nil }
        name = score.name
        value = score.number
        word = if case .word(let word) = score.value { word } else { nil }
        comment = score.comment
        judge = score.judge
        sessionID = record.sessionID
        span =
            if case .span(let key) = score.target { SpanContext(traceID: key.traceID, spanID: key.spanID) } else { nil }
    }
}
