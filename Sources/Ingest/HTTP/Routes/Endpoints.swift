internal import Gzip
internal import NIOCore
internal import OrderedJSON
internal import SpanCodec
internal import TraceModel
internal import Zstd

/// Fallom's and OTLP's paths: decodes, has it committed, and only then says 200 (docs/wire.md §1).
struct Endpoints: Sendable {
    let writer: BatchWriter
    let counters: IngestCounters
    let decoder: SpanDecoder
    let api: any LocalAPI
    let bodyLimit: Int
    let largeWork = LargeWork()
    /// The moment of arrival, for assignments.
    let now: @Sendable () -> Timestamp

    /// A request as the endpoints see it.
    struct Request: Sendable {
        var plan: RequestPlan
        var head: RequestHead
        var body: ByteBuffer
    }

    /// The answer to a request.
    func answer(_ request: Request) async -> Answer {
        counters.update(.http) { $0.bytes += Int64(request.body.readableBytes) }
        do {
            return try await serve(request)
        } catch {
            let failure = error as? RequestFailure ?? RequestFailure(500, "\(error)")
            note(failure)
            return failure.answer(in: request.plan.dialect)
        }
    }

    /// Counts a refusal.
    func note(_ failure: RequestFailure) {
        // A full queue or a failing store is no fault of the request; the counters have it already.
        guard failure.status != 429, failure.status != 503 else {
            counters.update(.http) { $0.lastError = failure.reason }
            return
        }
        let cause: RejectionCause = failure.status == 400 ? .undecodable : .request
        counters.rejected(by: cause, of: .http, because: failure.reason)
    }

    private func serve(_ request: Request) async throws -> Answer {
        switch request.plan.route {
        case .traces: return try await traces(request)
        case .logs: return try await logs(request)
        case .metrics: return try await metrics(request)
        case .spans: return try await recordSpanData(request)
        case .sessions: return try await recordAssignment(request)
        case .scores: return try await recordScores(request)
        case .evaluations: return try await recordEvaluations(request)
        case .dataset(let key): return try await dataset(key, request)
        case .configs: return .json(200, try await api.configsBody())
        case .prompts: return .json(200, try await api.promptsBody())
        case .promptABTests: return .json(200, try await api.promptABTestsBody())
        case .health: return .json(200, counters.health.json)
        case .configVersion(let key, let version):
            guard let body = try await api.configBody(key: key, version: version) else {
                throw RequestFailure(404, "there is no version \(version) of a config \(key)")
            }
            return .json(200, body)
        }
    }

    private func traces(_ request: Request) async throws -> Answer {
        let encoding = try encoding(of: request)
        let batch: DecodedBatch
        if request.plan.format == .lines {
            batch = try await withLargeBody(of: request) { bytes throws(DecodeError) in try decodeLines(bytes) }
        } else {
            let headers = request.head.fallomHeaders
            batch = try await withLargeBody(of: request) { bytes throws(DecodeError) in
                try decoder.decodeTraces(bytes, encoding: encoding, headers: headers)
            }
        }
        let accepted = try await commit(batch, encoding, request)
        guard request.plan.dialect != .grpc else { return accepted }
        // Our SDK sends many records at once where this says that they are taken.
        return accepted.adding([Answer.Header(name: "Accept-Post", value: ContentType.all)])
    }

    private func logs(_ request: Request) async throws -> Answer {
        let encoding = try encoding(of: request)
        let batch = try await withLargeBody(of: request) { bytes throws(DecodeError) in
            try decoder.decodeLogs(Array(bytes), encoding: encoding)
        }
        return try await commit(batch, encoding, request)
    }

    private func metrics(_ request: Request) async throws -> Answer {
        let encoding: SpanDecoder.Encoding = request.plan.format == .protobuf ? .protobuf : .json
        let batch = try await withLargeBody(of: request) { decoder.decodeMetrics($0, encoding: encoding) }
        counters.update(.http) {
            $0.discarded += 1
            $0.pass(over: batch.passedOver)
        }
        return succeeded(OTLPAnswer.accepted(encoding), request)
    }

    /// `POST /spans`: an early SDK's free-form data beside a session. It makes no span row; that it is a JSON object is
    /// checked, so that a client learns of a broken one.
    private func recordSpanData(_ request: Request) async throws -> Answer {
        let isObject = try await withLargeBody(of: request) { bytes throws(DecodeError) in
            var scanner = JSONScanner(bytes, maxDepth: 128, allowsLoneSurrogates: true)
            do throws(JSONError) {
                let isObject = try scanner.peek() == .object
                try scanner.skipValue()
                try scanner.finish()
                return isObject
            } catch {
                throw DecodeError(reason: "\(error.reason)", offset: error.offset)
            }
        }
        guard isObject else { throw RequestFailure(400, "a JSON object is needed") }
        counters.update(.http) { $0.received += 1 }
        return .accepted
    }

    private func recordAssignment(_ request: Request) async throws -> Answer {
        let time = now()
        var masked = 0
        let assignment = try withBody(of: request) { bytes throws(DecodeError) in
            try decoder.decodeSession(Array(bytes), time: time, masked: &masked)
        }
        try await commit(IngestBatch(assignments: [assignment], masked: masked))
        return .accepted
    }

    private func commit(
        _ decoded: DecodedBatch, _ encoding: SpanDecoder.Encoding, _ request: Request
    ) async throws -> Answer {
        if let first = decoded.rejected.first {
            counters.rejected(decoded.rejected.count, by: .undecodable, of: .http, because: first.words)
        }
        if !decoded.passedOver.isEmpty { counters.update(.http) { $0.pass(over: decoded.passedOver) } }
        try await commit(IngestBatch(decoded))
        return succeeded(OTLPAnswer.answer(to: decoded, encoding), request)
    }

    /// An OTLP response in the client's language.
    private func succeeded(_ body: [UInt8], _ request: Request) -> Answer {
        switch request.plan.dialect {
        case .json: .json(200, body)
        case .protobuf: Answer(status: 200, contentType: ContentType.protobuf, body: body)
        case .grpc: GRPCAnswer.succeeded(body)
        }
    }

    func commit(_ batch: IngestBatch) async throws {
        guard !batch.isEmpty else { return }
        counters.update(.http) { $0.received += batch.recordCount }
        do {
            _ = try await writer.submit(batch, from: .http)
        } catch let refusal as BatchWriter.Refusal {
            if case .queueFull = refusal {
                counters.update(.http) { $0.dropped[.queueFull, default: 0] += batch.recordCount }
                throw RequestFailure.busy(429, refusal.words)
            }
            counters.update(.http) { $0.dropped[.storeFailed, default: 0] += batch.recordCount }
            throw RequestFailure.busy(503, refusal.words)
        }
    }
}

extension Endpoints {
    private func encoding(of request: Request) throws -> SpanDecoder.Encoding {
        switch request.plan.format {
        case .json, .lines: return .json
        case .protobuf: return .protobuf
        case .unnamed:
            // Without a type, what looks like JSON is JSON; guessing further would call garbage protobuf.
            let first = try withBody(of: request) { $0.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 } }
            guard let first, first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else { return .json }
            throw RequestFailure(415, "a Content-Type is needed: \(ContentType.json) or \(ContentType.protobuf)")
        }
    }

    private func decodeLines(_ bytes: UnsafeRawBufferPointer) throws(DecodeError) -> DecodedBatch {
        var batch = DecodedBatch()
        var rest = bytes[...]
        while let first = rest.first {
            let line = rest.prefix { $0 != 0x0A }
            rest = rest[min(line.endIndex + 1, rest.endIndex)...]
            guard first != 0x0A else { continue }
            decoder.decodeLine(UnsafeRawBufferPointer(rebasing: line), into: &batch)
            guard batch.spans.count + batch.rejected.count <= decoder.limits.maxRecords else {
                throw DecodeError(
                    reason: "the message has too many records; send smaller batches", offset: line.startIndex)
            }
        }
        return batch
    }

    /// The same for a body that may take long to decode: few are decoded at once, so that others are answered meanwhile.
    func withLargeBody<Value: Sendable>(
        of request: Request, _ decode: (UnsafeRawBufferPointer) throws -> Value
    ) async throws -> Value {
        let isCompressed = request.plan.coding != .identity
        let isLarge = request.body.readableBytes > (isCompressed ? 4 << 10 : 256 << 10)
        guard isLarge else { return try withBody(of: request, decode) }
        return try await atLargeWork { try withBody(of: request, decode) }
    }

    /// Does what may keep a processor for long, when it has its turn.
    func atLargeWork<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        await largeWork.begin()
        defer { largeWork.end() }
        return try await work()
    }

    /// Gives the body, inflated, to a decoder.
    func withBody<Value>(
        of request: Request, _ decode: (UnsafeRawBufferPointer) throws -> Value
    ) throws -> Value {
        try request.body.withUnsafeReadableBytes { body in
            let (message, isCompressed) = try message(in: body, request.plan)
            do {
                guard isCompressed else { return try decode(message) }
                return try inflate(message, request.plan.coding).withUnsafeBytes(decode)
            } catch let error as DecodeError {
                throw RequestFailure(400, error.reason, field: error.field, offset: error.offset)
            }
        }
    }

    /// What of a body is to be decoded, and whether it must be inflated first.
    private func message(
        in body: UnsafeRawBufferPointer, _ plan: RequestPlan
    ) throws(RequestFailure) -> (UnsafeRawBufferPointer, isCompressed: Bool) {
        guard plan.dialect == .grpc else { return (body, plan.coding != .identity) }
        let (message, isCompressed) = try GRPCFrame.message(in: body)
        guard !isCompressed || plan.coding != .identity else {
            throw RequestFailure(500, "the message is compressed, and grpc-encoding does not say how")
        }
        return (message, isCompressed)
    }

    private func inflate(_ body: UnsafeRawBufferPointer, _ coding: RequestPlan.Coding) throws -> [UInt8] {
        do {
            switch coding {
            case .identity: return Array(body)
            case .gzip: return try inflated(Array(body), .gzip, limit: bodyLimit)
            case .deflate: return try inflated(Array(body), .ofDeflate(body), limit: bodyLimit)
            case .zstd: return try zstdInflated(body, limit: bodyLimit)
            }
        } catch GzipError.limitExceeded, ZstdError.limitExceeded {
            throw RequestFailure(413, "the body inflates to more than \(bodyLimit) bytes; send smaller batches")
        } catch {
            throw RequestFailure(400, "\(error)")
        }
    }
}

extension Endpoints: RequestRoute {
    func admit(_ head: RequestHead) throws(RequestFailure) -> Admission? {
        let plan = try RequestPlan(head)
        // What frames a message is not the message's own.
        let frame = plan.dialect == .grpc ? GRPCFrame.prefix : 0
        return Admission(
            body: .whole(limit: bodyLimit + frame), dialect: plan.dialect, timeout: plan.timeout,
            responder: EndpointResponder(endpoints: self, plan: plan))
    }
}

/// Answers one request of ``Endpoints``.
private struct EndpointResponder: RequestResponder {
    let endpoints: Endpoints
    let plan: RequestPlan

    func respond(to request: IncomingRequest, through answer: AnswerWriter) async {
        let request = Endpoints.Request(plan: plan, head: request.head, body: request.body.collected)
        answer.finish(await endpoints.answer(request))
    }
}

extension RequestHead {
    /// The `X-Fallom-*` headers; their values were read as Latin-1.
    var fallomHeaders: FallomHeaders {
        var headers = FallomHeaders()
        for field in fields where field.name.hasPrefix("x-fallom-") {
            headers.take(name: field.name, value: field.value)
        }
        return headers
    }
}

extension RejectedSpan {
    /// "start_time: it is not an ISO 8601 time with a zone".
    var words: String { field.map { "\($0): \(reason)" } ?? reason }
}
