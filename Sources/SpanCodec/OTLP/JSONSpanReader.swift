import OrderedJSON
import TraceModel

/// Reads one OTLP JSON span into a normaliser (docs/normalisation.md §5: hexadecimal ids, 64-bit numbers as text or number).
///
/// Unknown members are passed over; members may come in any order.
enum JSONSpanReader {
    /// Why a span could not be read: its JSON is broken, and with it the request; or it is JSON that is no span.
    enum Fault: Error {
        case json(JSONError)
        case span(RejectedSpan)
    }

    private enum Field: UInt8 {
        case traceID, spanID, parentSpanID, name, start, end, attributes, events, links, status
        private static let fields = ImmortalList<Field>([
            .traceID, .spanID, .parentSpanID, .name, .start, .end, .attributes, .events, .links, .status, .traceID,
            .spanID, .parentSpanID, .start, .end,
        ])
        private static let names = NameTable([
            "traceId", "spanId", "parentSpanId", "name", "startTimeUnixNano", "endTimeUnixNano", "attributes", "events",
            "links", "status", "trace_id", "span_id", "parent_span_id", "start_time_unix_nano", "end_time_unix_nano",
        ])
        /// The first name as the `.proto` files spell it.
        private static let firstProtoName = 10

        /// The field of a name, and whether it is spelled as in the `.proto` files.
        static func named(_ name: JSONText) -> (field: Field, isProtoName: Bool)? {
            guard let id = names.id(of: name.raw) else { return nil }
            return (fields[Int(id)], id >= firstProtoName)
        }
    }

    /// Reads the span the scanner stands at.
    static func read(
        _ scanner: inout JSONScanner, maxAttributes: Int, into normaliser: inout Normaliser
    ) throws(Fault) -> ProtobufSpanReader.Identity {
        let offset = scanner.position
        var found = Found()
        do {
            guard try scanner.peek() == .object else {
                throw Fault.span(.init(reason: "an object is needed", field: "spans", offset: offset))
            }
            guard try scanner.beginObject() else { throw Fault.span(missing("traceId", offset)) }
            repeat {
                let named = Field.named(try scanner.memberName())
                if let named, named.isProtoName { normaliser.facts.core.hasProtoNames = true }
                try readField(named?.field, &scanner, into: &normaliser, &found)
            } while try scanner.nextMember()
        } catch let error as JSONError {
            throw .json(error)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw .span(.init(reason: "\(error)", offset: offset))
        }
        guard let trace = found.trace else { throw .span(missing("traceId", offset)) }
        guard let span = found.span else { throw .span(missing("spanId", offset)) }
        guard normaliser.facts.attributeCount <= maxAttributes else {
            throw .span(.init(reason: "more than \(maxAttributes) attributes", field: "attributes", offset: offset))
        }
        return .init(key: SpanKey(traceID: trace, spanID: span), parentID: found.parent)
    }

    private struct Found {
        var trace: String?
        var span: String?
        var parent: String?
    }

    private static func missing(_ field: String, _ offset: Int) -> RejectedSpan {
        let digits = field == "traceId" ? 32 : 16
        return .init(
            reason: "an id of \(digits) hexadecimal digits, not all zero, is needed", field: field, offset: offset)
    }

    private static func readField(
        _ field: Field?, _ scanner: inout JSONScanner, into normaliser: inout Normaliser, _ found: inout Found
    ) throws {
        switch field {
        case .traceID:
            found.trace = try identifier(&scanner, "traceId", length: 16)
        case .spanID: found.span = try identifier(&scanner, "spanId", length: 8)
        case .parentSpanID: found.parent = try parent(&scanner)
        case .name:
            let value = try scanner.wireValue(origin: 0)
            guard value.kind == .text || value.kind == .escapedText || value.kind == .null else {
                throw wrong("name", "text", scanner.position)
            }
            normaliser.facts.core.name = value
        case .start: normaliser.facts.core.start = try nanoseconds(&scanner, "startTimeUnixNano")
        case .end: normaliser.facts.core.end = try nanoseconds(&scanner, "endTimeUnixNano")
        case .attributes: try OTLPJSON.attributes(&scanner, field: "attributes") { normaliser.facts.take($0, $1) }
        case .events: try readEvents(&scanner, into: &normaliser.facts)
        case .links:
            try scanner.skipValue()
        case .status: try readStatus(&scanner, into: &normaliser.facts.core)
        case nil: try scanner.skipValue()
        }
    }

    private static func wrong(_ field: String, _ expected: String, _ offset: Int) -> Fault {
        .span(.init(reason: "\(expected) is needed", field: field, offset: offset))
    }

    private static func identifier(_ scanner: inout JSONScanner, _ field: String, length: Int) throws -> String {
        guard try scanner.peek() == .string else { throw Fault.span(missing(field, scanner.position)) }
        let offset = scanner.position
        guard let id = Identifiers.hexText(try scanner.string().raw, length: length) else {
            throw Fault.span(missing(field, offset))
        }
        return id
    }

    private static func parent(_ scanner: inout JSONScanner) throws -> String? {
        switch try scanner.peek() {
        case .string:
            let text = try scanner.string().raw
            if text.count == Identifiers.base64Count(of: 8) { return Identifiers.hexText(text, length: 8) }
            return Identifiers.parent(text)
        case .null:
            try scanner.null()
            return nil
        default: throw wrong("parentSpanId", "text", scanner.position)
        }
    }

    /// A fixed64 as text or number; 0 when absent.
    private static func nanoseconds(_ scanner: inout JSONScanner, _ field: String) throws -> UInt64 {
        let kind = try scanner.peek()
        let offset = scanner.position
        let whole: Int64?
        switch kind {
        case .string:
            let digits = try scanner.string().raw
            whole = wholeNumber(digits) ?? (JSONScanner.isNumber(digits) ? exactInteger(digits) : nil)
        case .number: whole = try scanner.number().int64
        case .null:
            try scanner.null()
            return 0
        default: whole = nil
        }
        guard let whole, whole >= 0 else { throw wrong(field, "a whole number of nanoseconds", offset) }
        return UInt64(whole)
    }

    private static func readStatus(_ scanner: inout JSONScanner, into core: inout SpanCore) throws {
        switch try scanner.peek() {
        case .object: break
        case .null: return try scanner.null()
        default: throw wrong("status", "an object", scanner.position)
        }
        guard try scanner.beginObject() else { return }
        repeat {
            let name = try scanner.memberName()
            let kind = try scanner.peek()
            if name.equals("code"), kind == .number {
                core.statusCode = Int(clamping: try scanner.number().int64 ?? 0)
            } else if name.equals("code"), kind == .string {
                // Not allowed, but some emitters write the enum's name.
                let word = try scanner.string()
                let isError = word.equals("STATUS_CODE_ERROR") || word.equals("ERROR") || word.equals("2")
                let isOK = word.equals("STATUS_CODE_OK") || word.equals("OK") || word.equals("1")
                core.statusCode = isError ? 2 : isOK ? 1 : 0
            } else if name.equals("message") {
                core.statusMessage = try scanner.wireValue(origin: 0)
            } else {
                try scanner.skipValue()
            }
        } while try scanner.nextMember()
    }

    private static func readEvents(_ scanner: inout JSONScanner, into facts: inout SpanFacts) throws {
        guard try scanner.peek() == .array else {
            try scanner.skipValue()
            return
        }
        guard try scanner.beginArray() else { return }
        repeat { try readEvent(&scanner, into: &facts) } while try scanner.nextElement()
    }

    private static func readEvent(_ scanner: inout JSONScanner, into facts: inout SpanFacts) throws {
        guard try scanner.peek() == .object else { throw wrong("events", "a list of objects", scanner.position) }
        guard try scanner.beginObject() else { return }
        var name = JSONText(validated: UnsafeRawBufferPointer(start: nil, count: 0), hasEscapes: false)
        var time: UInt64 = 0
        var attributes: Int?
        repeat {
            let member = try scanner.memberName()
            let kind = try scanner.peek()
            if member.equals("name"), kind == .string {
                name = try scanner.string()
            } else if member.equals("timeUnixNano") || member.equals("time_unix_nano") {
                time = try nanoseconds(&scanner, "events.timeUnixNano")
            } else {
                if member.equals("attributes") { attributes = scanner.position }
                try scanner.skipValue()
            }
        } while try scanner.nextMember()
        guard facts.events.take(name.raw, time: time), let attributes else { return }
        var again = scanner
        again.position = attributes
        try OTLPJSON.attributes(&again, field: "events.attributes") { facts.events.takeAttribute($0, $1) }
    }
}
