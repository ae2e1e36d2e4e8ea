import OrderedJSON
import TraceModel

extension Normaliser {
    /// The span of the record that was read. Throws when a field it cannot do without is missing or of a wrong type.
    mutating func recordSpan(offset: Int) throws(DecodeError) -> Span {
        try checkTypes(offset: offset)
        guard let trace = identifier(record[.traceID]) else {
            throw DecodeError(reason: "an id that is not empty is needed", field: "trace_id", offset: offset)
        }
        guard let id = identifier(record[.spanID]) else {
            throw DecodeError(reason: "an id that is not empty is needed", field: "span_id", offset: offset)
        }
        let start = try moment(.startTime, offset: offset)
        let end = try moment(.endTime, offset: offset)
        guard let begin = start ?? end else {
            throw DecodeError(reason: "an ISO 8601 time with a zone is needed", field: "start_time", offset: offset)
        }
        var span = Span(
            key: SpanKey(traceID: trace, spanID: id), parentID: parentIdentifier(record[.parentSpanID]),
            name: facts.string(record[.name]) ?? "", start: begin, end: end, durationNanoseconds: duration(begin, end))
        complete(&span, Origin(isRecord: true, scope: ScopeFacts(), resource: SpanIdentity()))
        return span
    }

    private mutating func identifier(_ value: WireValue) -> String? {
        guard let text = facts.filledText(value) else { return nil }
        return Identifiers.isLowerCase(text) ? facts.cache.string(text) : Identifiers.opaque(text)
    }

    private mutating func parentIdentifier(_ value: WireValue) -> String? {
        guard let text = facts.filledText(value), text.contains(where: { $0 != UInt8(ascii: "0") }) else { return nil }
        return identifier(value)
    }

    /// The record's own figure, else end − start (D8).
    private mutating func duration(_ start: Timestamp, _ end: Timestamp?) -> Int64? {
        if let milliseconds = facts.double(record[.duration]), milliseconds >= 0, milliseconds < 9e12 {
            return Int64((milliseconds * 1e6).rounded())
        }
        return end.map { max(0, $0.nanoseconds(since: start)) }
    }

    private mutating func moment(_ field: RecordField, offset: Int) throws(DecodeError) -> Timestamp? {
        guard let text = facts.text(record[field]) else { return nil }
        guard let moment = ISO8601.parse(text) else {
            throw DecodeError(
                reason: "it is not an ISO 8601 time with a zone", field: RecordField.names[Int(field.rawValue)],
                offset: position(field, offset))
        }
        return moment
    }

    /// Where a field's value starts, if it has a place.
    private func position(_ field: RecordField, _ offset: Int) -> Int {
        switch record[field].kind {
        case .text, .escapedText, .number, .json: record[field].start
        default: offset
        }
    }

    /// A field of a wrong type is a mistake of the sender, and is said, not guessed around.
    private func checkTypes(offset: Int) throws(DecodeError) {
        guard let field = record.mistyped else { return }
        throw wrongType(field, "\(RecordField.types[Int(field.rawValue)].words)", offset)
    }

    private func wrongType(_ field: RecordField, _ expected: String, _ offset: Int) -> DecodeError {
        DecodeError(
            reason: "\(expected) is needed", field: RecordField.names[Int(field.rawValue)],
            offset: position(field, offset))
    }
}
