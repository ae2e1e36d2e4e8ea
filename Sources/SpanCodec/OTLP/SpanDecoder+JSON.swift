import OrderedJSON
import TraceModel

extension SpanDecoder {
    /// Reads a JSON body or line: a record, OTLP, or an array of these.
    func decodeJSON(
        _ body: UnsafeRawBufferPointer, headers: FallomHeaders, into batch: inout DecodedBatch
    ) throws(DecodeError) {
        guard !body.isEmpty else { return }
        try masking(body, .json, into: &batch) { body, batch throws(DecodeError) in
            try decodeMaskedJSON(body, headers: headers, into: &batch)
        }
    }

    private func decodeMaskedJSON(
        _ body: UnsafeRawBufferPointer, headers: FallomHeaders, into batch: inout DecodedBatch
    ) throws(DecodeError) {
        guard let base = body.baseAddress else { return }
        let scratch = batch.ownScratch()
        var reader = JSONRequestReader(
            headers: headers, limits: limits,
            scanner: JSONScanner(
                body, maxDepth: limits.maxDepth, allowsLoneSurrogates: true, maxValues: limits.maxValues))
        let spans = batch.spans.count
        let contents = batch.contents.count
        let rejected = batch.rejected.count
        let scores = batch.scores.count
        let kept = batch.kept.count
        do {
            try scratch.work { normaliser throws(DecodeError) in
                normaliser.begin(base: base, headers: headers)
                try reader.read(with: &normaliser, into: &batch)
            }
        } catch {
            batch.spans.removeSubrange(spans...)
            batch.contents.removeSubrange(contents...)
            batch.rejected.removeSubrange(rejected...)
            batch.scores.removeSubrange(scores...)
            batch.kept.removeSubrange(kept...)
            throw error
        }
    }
}

/// Walks a JSON request.
struct JSONRequestReader {
    let headers: FallomHeaders
    /// What is kept of the headers with a span that has nothing else around it.
    let keptHeaders: [UInt8]
    let limits: SpanDecoder.Limits
    var scanner: JSONScanner
    /// Whether the request has the field names of the `.proto` files.
    private var hasProtoNames = false

    init(headers: FallomHeaders, limits: SpanDecoder.Limits, scanner: JSONScanner) {
        self.headers = headers
        keptHeaders = headers.isEmpty ? [] : Surroundings(headers).encodedResource()
        self.limits = limits
        self.scanner = scanner
    }

    /// Reads the whole body.
    mutating func read(
        with normaliser: inout Normaliser, into batch: inout DecodedBatch
    ) throws(DecodeError) {
        do {
            if try scanner.peek() == .array {
                guard try scanner.beginArray() else { return }
                repeat { try readElement(with: &normaliser, into: &batch) } while try scanner.nextElement()
            } else {
                try readObject(with: &normaliser, into: &batch)
            }
            try scanner.finish()
        } catch let error as JSONError {
            throw DecodeError(reason: "\(error.reason)", offset: error.offset)
        } catch let error as DecodeError {
            throw error
        } catch {
            throw DecodeError(reason: "\(error)", offset: scanner.position)
        }
    }

    /// One element of a whole-file array: a bad one is passed over, its good neighbours are kept.
    private mutating func readElement(
        with normaliser: inout Normaliser, into batch: inout DecodedBatch
    ) throws {
        try batch.takeAnother(limits)
        let start = scanner
        do {
            try readObject(with: &normaliser, into: &batch)
        } catch let error as DecodeError {
            scanner = start
            try scanner.skipValue()
            batch.rejected.append(RejectedSpan(reason: error.reason, field: error.field, offset: error.offset))
        }
    }

    /// One object: a record or OTLP.
    private mutating func readObject(
        with normaliser: inout Normaliser, into batch: inout DecodedBatch
    ) throws {
        let start = scanner
        guard try scanner.peek() == .object else {
            throw DecodeError(reason: ForeignShape.noObject, offset: scanner.position)
        }
        let offset = scanner.position
        normaliser.reset()
        switch try RecordReader.read(
            &scanner, maxAttributes: limits.maxAttributes, into: &normaliser.record, &normaliser.facts)
        {
        case .record:
            guard normaliser.record.hasIdentity else {
                let shape = ForeignShape.refusal(of: scanner.bytes(in: offset..<scanner.position))
                throw DecodeError(reason: shape ?? ForeignShape.wanted, offset: offset)
            }
            var span = try normaliser.recordSpan(offset: offset)
            let bytes = normaliser.facts.copy(offset..<scanner.position)
            let payload = SpanPayload(format: .fallomRecord, span: bytes, resource: keptHeaders)
            normaliser.finish(&span, payload, limits: limits)
            batch.take(consume span, payload, normaliser.facts.scoreSigns, offset: offset)
        case .otlp:
            scanner = start
            try readOTLP(with: &normaliser, into: &batch)
        }
    }

    private mutating func readOTLP(
        with normaliser: inout Normaliser, into batch: inout DecodedBatch
    ) throws {
        guard try scanner.beginObject() else { return }
        repeat {
            let name = try scanner.memberName()
            hasProtoNames = name.equals("resource_spans") || name.equals("resource_logs")
            if name.equals("resourceSpans") || name.equals("resource_spans") {
                try forEachElement("resourceSpans") { reader throws in
                    try reader.resourceSpans(with: &normaliser, into: &batch)
                }
            } else if name.equals("resourceLogs") || name.equals("resource_logs") {
                try OTLPLogs.read(&scanner, hasProtoNames: hasProtoNames, limits, into: &batch)
            } else {
                try scanner.skipValue()
            }
        } while try scanner.nextMember()
    }

    private mutating func forEachElement(
        _ field: String, _ body: (inout JSONRequestReader) throws -> Void
    ) throws {
        switch try scanner.peek() {
        case .null: return try scanner.null()
        case .array: break
        default: throw DecodeError(reason: "a list is needed", field: field, offset: scanner.position)
        }
        guard try scanner.beginArray() else { return }
        repeat { try body(&self) } while try scanner.nextElement()
    }

    /// One `ResourceSpans`. The resource may stand after its spans: then these are read when it is known.
    private mutating func resourceSpans(
        with normaliser: inout Normaliser, into batch: inout DecodedBatch
    ) throws {
        try batch.takeAnother(limits)
        try beginPart("resourceSpans")
        guard try scanner.beginObject() else { return }
        var resource: (identity: SpanIdentity, kept: [UInt8])?
        var early: JSONScanner?
        repeat {
            let name = try scanner.memberName()
            if name.equals("resource") {
                resource = try readResource(with: &normaliser)
            } else if Self.scopeSpans(name) {
                if let resource {
                    try scopeSpans(of: resource.identity, resource.kept, with: &normaliser, into: &batch)
                } else {
                    early = scanner
                    try scanner.skipValue()
                }
            } else {
                try scanner.skipValue()
            }
        } while try scanner.nextMember()
        guard let early else { return }
        let after = scanner
        scanner = early
        if resource == nil { normaliser.reset() }
        try scopeSpans(
            of: resource?.identity ?? SpanIdentity(), resource?.kept ?? keptHeaders, with: &normaliser, into: &batch)
        scanner = after
    }

    /// Checks that a part of the request is an object.
    private mutating func beginPart(_ field: String) throws {
        guard try scanner.peek() == .object else {
            throw DecodeError(reason: "an object is needed", field: field, offset: scanner.position)
        }
    }

    private static func scopeSpans(_ name: JSONText) -> Bool {
        name.equals("scopeSpans") || name.equals("scope_spans") || name.equals("instrumentationLibrarySpans")
            || name.equals("instrumentation_library_spans")
    }

    /// A part of the request in the names of OTLP JSON.
    private func canonical(_ bytes: [UInt8], hasProtoNames isSo: Bool = false) -> [UInt8] {
        isSo || hasProtoNames ? ProtoNames.canonical(bytes) : bytes
    }

    private mutating func readResource(
        with normaliser: inout Normaliser
    ) throws -> (identity: SpanIdentity, kept: [UInt8]) {
        normaliser.reset()
        var surroundings = Surroundings(headers)
        let isObject = try scanner.peek() == .object
        let offset = scanner.position
        if isObject {
            try readResourceAttributes(with: &normaliser)
            surroundings.resource = canonical(Array(scanner.bytes(from: offset)))
        } else {
            try scanner.skipValue()
        }
        normaliser.takeResourceHeaders(request: headers)
        return (normaliser.resourceIdentity(), surroundings.encodedResource())
    }

    private mutating func readResourceAttributes(with normaliser: inout Normaliser) throws {
        guard try scanner.beginObject() else { return }
        repeat {
            if try scanner.memberName().equals("attributes") {
                try OTLPJSON.attributes(&scanner, field: "resource.attributes") { normaliser.facts.take($0, $1) }
            } else {
                try scanner.skipValue()
            }
        } while try scanner.nextMember()
    }

    private mutating func scopeSpans(
        of identity: SpanIdentity, _ resource: [UInt8], with normaliser: inout Normaliser,
        into batch: inout DecodedBatch
    ) throws {
        try forEachElement("scopeSpans") { reader throws in
            try reader.scopeSpansElement(identity, resource, with: &normaliser, into: &batch)
        }
    }

    /// One `ScopeSpans`. The scope, too, may stand after its spans.
    private mutating func scopeSpansElement(
        _ identity: SpanIdentity, _ resource: [UInt8], with normaliser: inout Normaliser,
        into batch: inout DecodedBatch
    ) throws {
        try batch.takeAnother(limits)
        try beginPart("scopeSpans")
        guard try scanner.beginObject() else { return }
        var scope: (facts: ScopeFacts, kept: [UInt8])?
        var early: JSONScanner?
        repeat {
            let name = try scanner.memberName()
            if name.equals("scope") || name.equals("instrumentationLibrary") || name.equals("instrumentation_library") {
                scope = try readScope()
            } else if name.equals("spans") {
                if let scope {
                    try spans(of: identity, resource, scope.facts, scope.kept, with: &normaliser, into: &batch)
                } else {
                    early = scanner
                    try scanner.skipValue()
                }
            } else {
                try scanner.skipValue()
            }
        } while try scanner.nextMember()
        guard let early else { return }
        let after = scanner
        scanner = early
        let found = scope ?? (ScopeFacts(), [])
        try spans(of: identity, resource, found.facts, found.kept, with: &normaliser, into: &batch)
        scanner = after
    }

    private mutating func readScope() throws -> (facts: ScopeFacts, kept: [UInt8]) {
        _ = try scanner.peek()
        let offset = scanner.position
        let json = try scanner.value()
        let kept =
            json.object == nil ? [] : Surroundings.encoded(scope: canonical(Array(scanner.bytes(from: offset))))
        let name = Array((json["name"]?.string ?? "").utf8)
        return (name.withUnsafeBytes { ScopeFacts(name: $0) }, kept)
    }

    private mutating func spans(
        of identity: SpanIdentity, _ resource: [UInt8], _ scope: ScopeFacts, _ surroundings: [UInt8],
        with normaliser: inout Normaliser, into batch: inout DecodedBatch
    ) throws {
        try forEachElement("spans") { reader throws in
            try reader.span(identity, resource, scope, surroundings, with: &normaliser, into: &batch)
        }
    }

    private mutating func span(
        _ identity: SpanIdentity, _ resource: [UInt8], _ scope: ScopeFacts, _ surroundings: [UInt8],
        with normaliser: inout Normaliser, into batch: inout DecodedBatch
    ) throws {
        try batch.takeAnother(limits)
        _ = try scanner.peek()
        let start = scanner
        normaliser.reset()
        do {
            let found = try JSONSpanReader.read(&scanner, maxAttributes: limits.maxAttributes, into: &normaliser)
            let offset = start.position
            var span = try normaliser.otlpSpan(found, scope: scope, resource: identity, offset: offset)
            if scope.isFallom, normaliser.exportedRecord(limits: limits, into: &batch) { return }
            let bytes = canonical(
                normaliser.facts.copy(offset..<scanner.position), hasProtoNames: normaliser.facts.core.hasProtoNames)
            let payload = SpanPayload(
                format: .otlpJSON, span: bytes, surroundings: surroundings, resource: resource)
            normaliser.finish(&span, payload, limits: limits)
            batch.take(consume span, payload, normaliser.facts.scoreSigns, offset: offset)
        } catch JSONSpanReader.Fault.json(let error) {
            throw error
        } catch JSONSpanReader.Fault.span(let rejection) {
            try reject(rejection, from: start, into: &batch)
        } catch let rejection as RejectedSpan {
            try reject(rejection, from: start, into: &batch)
        }
    }

    /// Passes over a span that is JSON but no span; should it not be JSON after all, the request is undecodable.
    private mutating func reject(
        _ rejection: RejectedSpan, from start: JSONScanner, into batch: inout DecodedBatch
    ) throws {
        scanner = start
        try scanner.skipValue()
        batch.rejected.append(rejection)
    }
}
