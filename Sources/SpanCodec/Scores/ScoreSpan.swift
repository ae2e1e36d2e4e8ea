import TraceModel

/// Scores that come with spans (docs/wire.md §7): evaluation events on a span, a judge's own span, and records that are
/// nothing but a score.
enum ScoreSpan {
    /// The name of the attribute that makes a span a score.
    static let nameAttribute = "fallom.score.name"
    /// OpenTelemetry's event.
    static let event = "gen_ai.evaluation.result"

    /// The score that a span is, which so makes no row.
    static func score(_ payload: SpanPayload, _ span: Span) throws(Score.Flaw) -> Score {
        guard let attributes = own(payload)?.attributes else {
            throw Score.Flaw(field: "attributes", reason: "they cannot be read")
        }
        let target: Score.Target
        if let trace = attributes.scoreText("fallom.score.trace_id"),
            let scored = attributes.scoreText("fallom.score.span_id")
        {
            target = .span(SpanKey(traceID: trace, spanID: scored))
        } else if let session = span.identity.session.own {
            target = .session(session)
        } else {
            throw Score.Flaw(field: "session_id", reason: "a session, or the span that is scored, is needed")
        }
        guard let value = attributes["fallom.score.value"].flatMap(Score.Value.init) else {
            throw Score.Flaw(field: "fallom.score.value", reason: "a number or a word is needed")
        }
        return try Score(
            target: target, name: attributes.scoreText(nameAttribute) ?? "", value: value,
            comment: attributes.scoreText("fallom.score.comment"),
            judge: attributes.scoreText("fallom.score.by") ?? "app", time: span.start
        ).checked()
    }

    /// So many events a span may have to be looked through for scores: each is built, and takes many times its bytes.
    private static let mostEvents = 10_000

    /// A scope that says more than its name has no business in a judge's.
    private static let longestScope = 4096

    /// What a span itself says, and its scope's name. What many share is not built for each of them: the resource says nothing
    /// of scores.
    private static func own(_ payload: SpanPayload) -> DecodedPayload? {
        var alone = payload
        alone.resource = []
        if alone.surroundings.count > longestScope { alone.surroundings = [] }
        return try? DecodedPayload(alone)
    }

    /// The scores on a span, of its events and of the SDK's judge; what cannot be kept is refused.
    static func scores(
        _ payload: SpanPayload, _ span: Span, ofEvents count: Int, into batch: inout DecodedBatch, offset: Int
    ) {
        guard count <= mostEvents else {
            let reason = "a span with more than \(mostEvents) events brings no scores"
            return batch.rejected.append(RejectedSpan(reason: reason, field: "events", offset: offset))
        }
        guard let decoded = own(payload) else { return }
        let target = Score.Target.span(span.key)
        for event in decoded.events where event.name == Self.event {
            batch.take(offset: offset) { () throws(Score.Flaw) in
                try score(
                    of: event.attributes, target, judge: decoded.scope ?? "app",
                    time: event.time ?? span.end ?? span.start)
            }
        }
        guard let metric = decoded.attributes.scoreText("geval.metric"),
            let value = decoded.attributes["geval.score"].flatMap(Score.Value.init)
        else { return }
        batch.take(offset: offset) { () throws(Score.Flaw) in
            try Score(
                target: target, name: metric, value: value,
                comment: decoded.attributes.scoreText("geval.reasoning"), judge: span.model ?? "geval",
                time: span.end ?? span.start
            ).checked()
        }
    }

    /// What an evaluation event says. A number counts before a label, which then explains where nothing else does.
    static func score(
        of attributes: AttributeMap, _ target: Score.Target, judge: String, time: Timestamp
    ) throws(Score.Flaw) -> Score {
        let number = attributes["gen_ai.evaluation.score.value"].flatMap(Score.Value.init)
        let label = attributes.scoreText("gen_ai.evaluation.score.label")
        guard let value = number ?? label.map(Score.Value.word) else {
            throw Score.Flaw(field: "gen_ai.evaluation.score.value", reason: "a value or a label is needed")
        }
        return try Score(
            target: target, name: attributes.scoreText("gen_ai.evaluation.name") ?? "", value: value,
            comment: attributes.scoreText("gen_ai.evaluation.explanation") ?? (number == nil ? nil : label),
            judge: attributes.scoreText("gen_ai.evaluation.evaluator") ?? judge, time: time
        ).checked()
    }

    /// The score of a log record; `nil` when the record is none.
    static func score(_ record: OTLPLogs.Record, scope: String) throws(Score.Flaw) -> Score? {
        guard record.eventName == Self.event else { return nil }
        let target: Score.Target
        if let trace = record.trace, let span = record.span {
            target = .span(SpanKey(traceID: trace, spanID: span))
        } else if let session = record.attributes.scoreText("gen_ai.conversation.id")
            ?? record.attributes.scoreText("session.id")
        {
            target = .session(session)
        } else {
            throw Score.Flaw(field: "traceId", reason: "the ids of a span, or gen_ai.conversation.id, are needed")
        }
        let nanoseconds = record.time > 0 ? record.time : record.observed
        return try score(
            of: record.attributes, target, judge: scope.isEmpty ? "otel" : scope,
            time: Timestamp(unixNanoseconds: Int64(clamping: nanoseconds)))
    }
}

extension DecodedBatch {
    /// Takes a score, or why there is none.
    mutating func take(offset: Int, _ score: () throws(Score.Flaw) -> Score?) {
        do throws(Score.Flaw) {
            if let score = try score() { scores.append(score) }
        } catch {
            rejected.append(RejectedSpan(reason: error.reason, field: error.field, offset: offset))
        }
    }

    /// Takes a span that was read, with the scores on it; or the score that it is, or what it keeps of a session.
    mutating func take(
        _ span: consuming Span, _ payload: SpanPayload, _ signs: SpanFacts.ScoreSigns, offset: Int
    ) {
        if signs.isScore {
            let span = span
            return take(offset: offset) { () throws(Score.Flaw) in try ScoreSpan.score(payload, span) }
        }
        if signs.isKept { return takeKept(payload, span, offset: offset) }
        if signs.hasScores { ScoreSpan.scores(payload, span, ofEvents: signs.events, into: &self, offset: offset) }
        spans.append(IngestedSpan(span: span, payload: payload))
    }
}

extension SpanFacts {
    /// Whether a span brings scores.
    struct ScoreSigns {
        /// Whether the span is nothing but a score.
        var isScore: Bool
        /// Whether the span is nothing but what is kept of a session.
        var isKept: Bool
        /// Whether scores stand on it.
        var hasScores: Bool
        /// How many events it has.
        var events: Int
    }

    /// Whether the span that was read brings scores.
    var scoreSigns: ScoreSigns {
        ScoreSigns(
            isScore: isScore, isKept: isKept, hasScores: hasScore || events.hasScores, events: events.count)
    }
}

extension Score {
    /// The score, where it can be kept.
    func checked() throws(Flaw) -> Score {
        if let flaw { throw flaw }
        return self
    }
}

extension Score.Value {
    /// What an attribute says: a number, true or false as 1 and 0, a word that is not empty.
    init?(_ value: AttributeValue) {
        switch value {
        case .int(let number): self = .number(Double(number))
        case .double(let number): self = .number(number)
        case .bool(let flag): self = .number(flag ? 1 : 0)
        case .string(let text) where !text.isEmpty: self.init(text)
        default: return nil
        }
    }
}

extension AttributeMap {
    /// A text that is not empty.
    fileprivate func scoreText(_ name: String) -> String? {
        guard case .string(let text)? = self[name], !text.isEmpty else { return nil }
        return text
    }
}
