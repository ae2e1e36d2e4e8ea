import OrderedJSON
public import TraceModel

/// What people keep of a session as a Fallom record: how exports carry it (docs/wire.md §8).
public enum KeptRecord {
    /// The attribute that makes a record one.
    private static let pinned = "fallom.kept.pinned"
    private static let note = "fallom.kept.note"
    private static let labels = "fallom.kept.labels"

    /// Why there is none, by the field to blame.
    struct Flaw: Error {
        let field: String
        let reason: String
    }

    /// The record. Its ids are made of the session's.
    public static func record(_ kept: KeptSession) -> FallomRecord {
        let id = ScoreRecord.id(of: ["kept", kept.sessionID])
        var record = FallomRecord(
            configKey: "", sessionID: kept.sessionID, traceID: id + id, spanID: id, name: "kept", kind: .custom,
            startTime: kept.time, endTime: kept.time)
        record.attributes = [JSONMember(pinned, .bool(kept.isPinned))]
        if let text = kept.note { record.attributes.append(JSONMember(note, .string(text))) }
        if !kept.labels.isEmpty {
            record.attributes.append(JSONMember(labels, .array(kept.labels.map { .string($0) })))
        }
        return record
    }

    /// The same as one line of OTLP JSON, without a line end.
    public static func otlpLine(_ kept: KeptSession) throws(DecodeError) -> [UInt8] {
        try SpanExport.wrapped(record(kept))
    }

    /// What a record with ``pinned`` says.
    static func read(_ payload: SpanPayload, _ span: Span) throws(Flaw) -> KeptSession {
        guard let session = span.identity.session.own, !session.isEmpty else {
            throw Flaw(field: "session_id", reason: "the session is needed of which something is kept")
        }
        guard let attributes = (try? DecodedPayload(payload))?.attributes,
            case .bool(let isPinned)? = attributes[pinned]
        else { throw Flaw(field: pinned, reason: "true or false is needed") }
        var kept = KeptSession(sessionID: session, isPinned: isPinned, note: nil, labels: [], time: span.start)
        if case .string(let text)? = attributes[note] {
            guard text.utf8.count <= KeptSession.longestNote else {
                throw Flaw(field: note, reason: "\(KeptSession.longestNote) bytes are the most")
            }
            kept.apply(.note(text), at: span.start)
        }
        guard case .array(let words)? = attributes[labels] else { return kept }
        let texts = words.compactMap { if case .string(let text) = $0 { text } else { nil } }
        guard texts.count <= KeptSession.mostLabels, texts.allSatisfy({ $0.utf8.count <= KeptSession.longestLabel })
        else {
            throw Flaw(
                field: labels,
                reason: "\(KeptSession.mostLabels) labels of \(KeptSession.longestLabel) bytes are the most")
        }
        kept.apply(.label(texts), at: span.start)
        return kept
    }
}

extension DecodedBatch {
    /// Takes what is kept of a session, where the source may say so: a pin keeps spans from being removed to make room, so
    /// it is taken from files that a person imports, not from whoever can send spans.
    mutating func take(_ kept: KeptSession, offset: Int) {
        guard takesKept else {
            let reason = "what is kept of a session is taken by 'fallom import' alone"
            return rejected.append(RejectedSpan(reason: reason, field: "fallom.kept.pinned", offset: offset))
        }
        self.kept.append(kept)
    }

    /// Takes what a record keeps of a session, or why it is nothing.
    mutating func takeKept(_ payload: SpanPayload, _ span: Span, offset: Int) {
        do throws(KeptRecord.Flaw) {
            take(try KeptRecord.read(payload, span), offset: offset)
        } catch {
            rejected.append(RejectedSpan(reason: error.reason, field: error.field, offset: offset))
        }
    }
}
