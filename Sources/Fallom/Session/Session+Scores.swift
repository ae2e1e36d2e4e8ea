import OrderedJSON
import SpanCodec
import TraceModel

extension Session {
    /// Says how good the session was, or one span of it: a name and a number, such as `session.score("helpful", 1)`. A
    /// later score of the same name by the same judge takes the earlier one's place.
    ///
    /// It goes the way of the spans, and never blocks or throws; one that cannot be kept (a name of more than 200 bytes, a
    /// number that is not finite) is said to the logger. The comment is content: it is sent only where content is captured.
    ///
    /// - Parameters:
    ///   - name: what was judged.
    ///   - value: how good it was; larger is better unless an experiment says otherwise.
    ///   - comment: why.
    ///   - judge: who judged; `app` for the app itself.
    ///   - span: the span that is scored; without it the session.
    public func score(
        _ name: String, _ value: Double, comment: String? = nil, by judge: String = "app", on span: SpanContext? = nil
    ) {
        send(.number(value), name, comment, judge, span)
    }

    /// Says in a word how good the session was, or one span of it, as `score(_:_:comment:by:on:)` does.
    public func score(
        _ name: String, _ word: String, comment: String? = nil, by judge: String = "app", on span: SpanContext? = nil
    ) {
        send(.word(word), name, comment, judge, span)
    }

    /// Says whether the session was good, or one span of it: 1 for yes, 0 for no.
    public func score(
        _ name: String, _ isGood: Bool, comment: String? = nil, by judge: String = "app", on span: SpanContext? = nil
    ) {
        send(.number(isGood ? 1 : 0), name, comment, judge, span)
    }

    private func send(
        _ value: Score.Value, _ name: String, _ comment: String?, _ judge: String, _ span: SpanContext?
    ) {
        let target: Score.Target =
            span.map { .span(SpanKey(traceID: $0.traceID, spanID: $0.spanID)) } ?? .session(context.sessionID)
        let kept = core.policy.capturesContent ? comment : nil
        let score = Score(
            target: target, name: name, value: value, comment: kept, judge: judge, time: core.time.now())
        if let flaw = score.flaw {
            return core.log.warning("a score is not sent: \(flaw.field): \(flaw.reason)")
        }
        let ids = SpanContext(traceID: core.ids.traceID(), spanID: core.ids.spanID())
        var record = context.record(
            ids, parentID: nil, name: "score \(name)", kind: .custom, start: score.time)
        record.endTime = score.time
        record.attributes = ScoreRecord.attributes(score)
        core.pipeline.add(SpanPipeline.Pending { [record] _ in record })
    }
}

extension TracedSpan {
    /// Says how good what happened in the span was, with a number; after its end too.
    public func score(_ name: String, _ value: Double, comment: String? = nil, by judge: String = "app") {
        session.score(name, value, comment: comment, by: judge, on: context)
    }

    /// Says how good what happened in the span was, with a word; after its end too.
    public func score(_ name: String, _ word: String, comment: String? = nil, by judge: String = "app") {
        session.score(name, word, comment: comment, by: judge, on: context)
    }

    /// Says whether what happened in the span was good; after its end too.
    public func score(_ name: String, _ isGood: Bool, comment: String? = nil, by judge: String = "app") {
        session.score(name, isGood, comment: comment, by: judge, on: context)
    }
}
