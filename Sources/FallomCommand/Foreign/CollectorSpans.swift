import ClickHouseStore
import OrderedJSON
import SpanCodec
import TraceModel

/// Rows of a Collector's table as the OTLP they were made of, so that they are read as everything else is.
struct CollectorSpans {
    let decoder: SpanDecoder

    /// The spans of rows; what cannot be read is left out and counted.
    func batch(_ rows: [CollectorTable.Row]) throws -> (batch: IngestBatch, rejected: Int) {
        let body = JSONValue.object(["resourceSpans": .array(rows.map(Self.resourceSpans))]).compactBytes
        let decoded = try decoder.decodeTraces(body, encoding: .json)
        return (
            IngestBatch(
                spans: decoded.spans, contents: decoded.contents, events: decoded.events, masked: decoded.masked),
            decoded.rejected.count
        )
    }

    private static func resourceSpans(_ row: CollectorTable.Row) -> JSONValue {
        .object([
            "resource": ["attributes": attributes(row.resource)],
            "scopeSpans": .array([
                .object([
                    "scope": ["name": .string(row.scope), "version": .string(row.scopeVersion)],
                    "spans": .array([span(row)]),
                ])
            ]),
        ])
    }

    private static func span(_ row: CollectorTable.Row) -> JSONValue {
        let end = row.start.addingReportingOverflow(Int64(clamping: row.duration))
        return .object([
            "traceId": .string(row.traceID), "spanId": .string(row.spanID), "parentSpanId": .string(row.parentID),
            "traceState": .string(row.traceState), "name": .string(row.name), "kind": .number(kind(row.kind)),
            "startTimeUnixNano": .string(String(row.start)),
            "endTimeUnixNano": .string(String(end.overflow ? .max : end.partialValue)),
            "attributes": attributes(row.attributes), "events": .array(events(row)), "links": .array(links(row)),
            "status": ["code": .number(status(row.status)), "message": .string(row.statusMessage)],
        ])
    }

    private static func events(_ row: CollectorTable.Row) -> [JSONValue] {
        let (times, names, values) = (list(row.eventTimes), list(row.eventNames), list(row.eventAttributes))
        return names.indices.map { index in
            .object([
                "timeUnixNano": .string(times.indices.contains(index) ? digits(times[index]) : "0"),
                "name": names[index],
                "attributes": values.indices.contains(index) ? attributes(of: values[index]) : .array([]),
            ])
        }
    }

    private static func links(_ row: CollectorTable.Row) -> [JSONValue] {
        let (traces, spans, values) = (list(row.linkTraces), list(row.linkSpans), list(row.linkAttributes))
        return zip(traces, spans).enumerated().map { index, ids in
            .object([
                "traceId": ids.0, "spanId": ids.1,
                "attributes": values.indices.contains(index) ? attributes(of: values[index]) : .array([]),
            ])
        }
    }

    private static func list(_ text: String) -> [JSONValue] {
        (try? JSONValue(parsing: Array(text.utf8), maxDepth: 64))?.array ?? []
    }

    /// A number, quoted or not.
    private static func digits(_ value: JSONValue) -> String {
        value.string ?? String(decoding: value.compactBytes, as: UTF8.self)
    }

    private static func attributes(_ text: String) -> JSONValue {
        attributes(of: (try? JSONValue(parsing: Array(text.utf8), maxDepth: 64)) ?? .null)
    }

    /// An object's members as attributes: those of a JSON column lie in each other, by the pieces of their names.
    private static func attributes(of value: JSONValue) -> JSONValue {
        var flat: [JSONValue] = []
        func add(_ name: String, _ value: JSONValue) {
            if let members = value.object, !members.isEmpty {
                for member in members { add(name.isEmpty ? member.name : "\(name).\(member.name)", member.value) }
            } else if let any = anyValue(value) {
                flat.append(.object(["key": .string(name), "value": any]))
            }
        }
        for member in value.object ?? [] { add(member.name, member.value) }
        return .array(flat)
    }

    /// A value as OTLP writes it; nothing for none.
    private static func anyValue(_ value: JSONValue) -> JSONValue? {
        if let text = value.string { return ["stringValue": .string(text)] }
        if let flag = value.bool { return ["boolValue": .bool(flag)] }
        if let whole = value.int { return ["intValue": .string(String(whole))] }
        if value.double != nil { return ["doubleValue": value] }
        if let list = value.array { return ["arrayValue": ["values": .array(list.compactMap(anyValue))]] }
        return nil
    }

    /// `Client` and `SPAN_KIND_CLIENT` alike.
    private static func kind(_ word: String) -> Int {
        let word = word.uppercased()
        let kinds = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]
        return kinds.firstIndex { word.hasSuffix($0) } ?? 0
    }

    private static func status(_ word: String) -> Int {
        let word = word.uppercased()
        return word.hasSuffix("ERROR") ? 2 : word.hasSuffix("OK") ? 1 : 0
    }
}
