public import OrderedJSON
public import TraceModel

/// A score as a Fallom record: how files, datagrams and exports carry it (docs/wire.md §7). A receiver that knows scores
/// makes no span of it; any other sees a short span that says the same.
public enum ScoreRecord {
    /// The attributes that make a record a score.
    public static func attributes(_ score: Score) -> [JSONMember] {
        var members = [JSONMember(ScoreSpan.nameAttribute, .string(score.name))]
        switch score.value {
        case .number(let number): members.append(JSONMember("fallom.score.value", .number(number)))
        case .word(let word): members.append(JSONMember("fallom.score.value", .string(word)))
        }
        if let comment = score.comment { members.append(JSONMember("fallom.score.comment", .string(comment))) }
        members.append(JSONMember("fallom.score.by", .string(score.judge)))
        if case .span(let key) = score.target {
            members.append(JSONMember("fallom.score.trace_id", .string(key.traceID)))
            members.append(JSONMember("fallom.score.span_id", .string(key.spanID)))
        }
        return members
    }

    /// The record of a score that a store has. Its ids are made of what makes the score one of its own.
    public static func record(_ stored: StoredScore) -> FallomRecord {
        let score = stored.score
        let id = id(of: [score.target.text, score.name, score.judge])
        var record = FallomRecord(
            configKey: "", sessionID: stored.sessionID ?? "", traceID: id + id, spanID: id, name: "score " + score.name,
            kind: .custom, startTime: score.time, endTime: score.time)
        record.attributes = attributes(score)
        return record
    }

    /// 16 hexadecimal digits made of texts: the same for the same.
    static func id(of texts: [String]) -> String {
        var hash = StableHash()
        for text in texts {
            for byte in Array(text.utf8) + [0] { hash.take(byte) }
        }
        return (hash.value | 1).hexadecimal
    }

    /// The same as one line of OTLP JSON, without a line end.
    public static func otlpLine(_ stored: StoredScore) throws(DecodeError) -> [UInt8] {
        try SpanExport.wrapped(record(stored))
    }
}
