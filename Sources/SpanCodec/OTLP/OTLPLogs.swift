import OrderedJSON
import TraceModel

/// Reads log records that carry what belongs to a span (docs/normalisation.md §2.7): messages, choices, operation details.
enum OTLPLogs {
    /// One log record, as far as it matters here.
    struct Record {
        var trace: String?
        var span: String?
        var time: UInt64 = 0
        var observed: UInt64 = 0
        var event: String?
        var body = AttributeValue.null
        var attributes = AttributeMap()

        /// What to keep of it; `nil` when it is not about a span or no GenAI event.
        var content: IngestedContent? {
            guard let trace, let span, let name = eventName, name.hasPrefix("gen_ai.") else { return nil }
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("body", AttributeReader.json(body))
                writer.member("attributes", AttributeReader.json(.map(attributes)))
            }
            let nanoseconds = time > 0 ? time : observed
            return IngestedContent(
                key: SpanKey(traceID: trace, spanID: span),
                time: nanoseconds > 0 ? Timestamp(unixNanoseconds: Int64(clamping: nanoseconds)) : nil,
                eventName: name, payload: writer.bytes)
        }

        /// The event's name: a field of its own, in older emitters an attribute.
        var eventName: String? {
            if let event, !event.isEmpty { return event }
            if case .string(let name)? = attributes["event.name"] { return name }
            return nil
        }
    }

    /// Reads a `resourceLogs` list of a JSON request.
    static func read(
        _ scanner: inout JSONScanner, hasProtoNames: Bool, _ limits: SpanDecoder.Limits, into batch: inout DecodedBatch
    ) throws {
        guard try scanner.peek() == .array, try scanner.beginArray() else { return }
        repeat {
            try batch.takeAnother(limits)
            let value = try scanner.value()
            let logs = hasProtoNames ? ProtoNames.canonical(value) : value
            let resource = keyValues(logs["resource"]?["attributes"])
            for scope in logs["scopeLogs"]?.array ?? logs["instrumentationLibraryLogs"]?.array ?? [] {
                let name = scope["scope"]?["name"]?.string ?? ""
                for log in scope["logRecords"]?.array ?? scope["logs"]?.array ?? [] {
                    try batch.takeAnother(limits)
                    take(record(log), resource, name, into: &batch)
                }
            }
        } while try scanner.nextElement()
    }

    private static func keyValues(_ json: JSONValue?) -> AttributeMap {
        json.map { AttributeReader.keyValues(AttributeReader.value($0)) } ?? AttributeMap()
    }

    /// A record is content of a span, an event of a coding agent, or counted by its name.
    private static func take(
        _ record: Record, _ resource: AttributeMap, _ scope: String, into batch: inout DecodedBatch
    ) {
        switch AgentLog.read(record, resource: resource, scope: scope) {
        case .event(let event): batch.events.append(event)
        case .passedOver(let name): batch.passOver(name)
        case .foreign where record.eventName == ScoreSpan.event:
            batch.take(offset: 0) { () throws(Score.Flaw) in try ScoreSpan.score(record, scope: scope) }
        case .foreign:
            if let content = record.content {
                batch.contents.append(content)
            } else {
                batch.passOver(record.eventName.map { "log \($0)" } ?? "log without an event name")
            }
        }
    }

    private static func record(_ json: JSONValue) -> Record {
        func id(_ name: String, _ length: Int) -> String? {
            json[name]?.string.flatMap { text in
                Array(text.utf8).withUnsafeBytes { Identifiers.hexText($0, length: length) }
            }
        }
        func time(_ name: String) -> UInt64 {
            JSONNumber(json[name]?.string ?? json[name]?.number?.text ?? "")?.int64.map { UInt64(clamping: $0) } ?? 0
        }
        return Record(
            trace: id("traceId", 16), span: id("spanId", 8), time: time("timeUnixNano"),
            observed: time("observedTimeUnixNano"), event: json["eventName"]?.string,
            body: AttributeReader.anyValue(AttributeReader.value(json["body"] ?? .null)),
            attributes: keyValues(json["attributes"]))
    }

    /// Reads an `ExportLogsServiceRequest` message.
    static func read(
        _ body: UnsafeRawBufferPointer, _ decoder: SpanDecoder, into batch: inout DecodedBatch
    ) throws(ProtobufReader.Fault) {
        guard let base = body.baseAddress else { return }
        var resources = ProtobufReader(body)
        while let resource = try resources.next() {
            guard resource.tag == OTLPField.Request.resources else { continue }
            try decoder.takeAnother(&batch, at: resource.start)
            let attributes = try member(OTLPField.OfResource.resource, of: resource.range, base: base).map {
                ProtobufAttributes.keyValues($0, OTLPField.Resource.attributes)
            }
            var scopes = ProtobufReader(base: base, range: resource.range)
            while let scope = try scopes.next() {
                guard [OTLPField.OfResource.scopes, OTLPField.OfResource.libraries].contains(scope.tag) else {
                    continue
                }
                try decoder.takeAnother(&batch, at: scope.start)
                try readScope(scope.range, attributes ?? AttributeMap(), base: base, decoder, into: &batch)
            }
        }
    }

    private static func readScope(
        _ range: Range<Int>, _ resource: AttributeMap, base: UnsafeRawPointer, _ decoder: SpanDecoder,
        into batch: inout DecodedBatch
    ) throws(ProtobufReader.Fault) {
        var name = ""
        if let scope = try member(OTLPField.OfScope.scope, of: range, base: base) {
            var fields = ProtobufReader(scope)
            while let field = try fields.next() {
                if field.tag == OTLPField.Scope.name { name = String(decoding: scope[field.range], as: UTF8.self) }
            }
        }
        var logs = ProtobufReader(base: base, range: range)
        while let log = try logs.next() {
            guard log.tag == OTLPField.OfScope.records else { continue }
            try decoder.takeAnother(&batch, at: log.start)
            take(try record(log.range, base: base), resource, name, into: &batch)
        }
    }

    /// The bytes of a message's last field of that tag.
    private static func member(
        _ tag: ProtobufTag, of range: Range<Int>, base: UnsafeRawPointer
    ) throws(ProtobufReader.Fault) -> UnsafeRawBufferPointer? {
        var found: UnsafeRawBufferPointer?
        var reader = ProtobufReader(base: base, range: range)
        while let field = try reader.next() {
            guard field.tag == tag else { continue }
            found = UnsafeRawBufferPointer(start: base + field.start, count: field.count)
        }
        return found
    }

    private static func record(
        _ range: Range<Int>, base: UnsafeRawPointer
    ) throws(ProtobufReader.Fault) -> Record {
        var record = Record()
        var reader = ProtobufReader(base: base, range: range)
        while let field = try reader.next() {
            let bytes = UnsafeRawBufferPointer(start: base + field.start, count: field.count)
            switch field.tag {
            case OTLPField.LogRecord.time: record.time = field.value
            case OTLPField.LogRecord.observedTime: record.observed = field.value
            case OTLPField.LogRecord.body: record.body = ProtobufAttributes.anyValue(bytes)
            case OTLPField.LogRecord.traceID: record.trace = Identifiers.hex(bytes, length: 16)
            case OTLPField.LogRecord.spanID: record.span = Identifiers.hex(bytes, length: 8)
            case OTLPField.LogRecord.eventName: record.event = String(decoding: bytes, as: UTF8.self)
            default: break
            }
        }
        record.attributes = ProtobufAttributes.keyValues(
            UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count), OTLPField.LogRecord.attributes)
        return record
    }
}

extension SpanDecoder {
    func decodeJSONLogs(_ body: UnsafeRawBufferPointer, into batch: inout DecodedBatch) throws(DecodeError) {
        guard !body.isEmpty else { return }
        var scanner = JSONScanner(
            body, maxDepth: limits.maxDepth, allowsLoneSurrogates: true, maxValues: limits.maxValues)
        do {
            guard try scanner.beginObject() else { return try scanner.finish() }
            repeat {
                let name = try scanner.memberName()
                let hasProtoNames = name.equals("resource_logs")
                if hasProtoNames || name.equals("resourceLogs") {
                    try OTLPLogs.read(&scanner, hasProtoNames: hasProtoNames, limits, into: &batch)
                } else {
                    try scanner.skipValue()
                }
            } while try scanner.nextMember()
            try scanner.finish()
        } catch let error as JSONError {
            throw DecodeError(reason: "\(error.reason)", offset: error.offset)
        } catch {
            throw DecodeError(reason: "\(error)", offset: scanner.position)
        }
    }

    func decodeProtobufLogs(_ body: UnsafeRawBufferPointer, into batch: inout DecodedBatch) throws(DecodeError) {
        do {
            try OTLPLogs.read(body, self, into: &batch)
        } catch {
            throw DecodeError(reason: "\(error.reason)", offset: error.offset)
        }
    }
}
