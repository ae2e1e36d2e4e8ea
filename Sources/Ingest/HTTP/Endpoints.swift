internal import Gzip
internal import NIOCore
internal import OrderedJSON
internal import SpanCodec
internal import TraceModel

/// Answers requests whose heads were accepted: decodes, has it committed, and only then says 200 (design §3.1).
struct Endpoints: Sendable {
    let writer: BatchWriter
    let counters: IngestCounters
    let decoder: SpanDecoder
    let api: any LocalAPI
    let bodyLimit: Int
    /// The moment of arrival, for assignments.
    let now: @Sendable () -> Timestamp

    /// The answer to a request.
    func answer(_ request: ConnectionMachine.Request) async -> Answer {
        let isProtobuf = request.plan.format == .protobuf
        counters.update(.http) { $0.bytes += Int64(request.body.readableBytes) }
        do {
            return try await serve(request)
        } catch let failure as RequestFailure {
            note(failure)
            return failure.answer(isProtobuf: isProtobuf)
        } catch {
            let failure = RequestFailure(500, "\(error)")
            note(failure)
            return failure.answer(isProtobuf: isProtobuf)
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

    private func serve(_ request: ConnectionMachine.Request) async throws -> Answer {
        switch request.plan.route {
        case .traces: return try await traces(request)
        case .logs: return try await logs(request)
        case .metrics: return metrics(request)
        case .spans: return try recordSpanData(request)
        case .sessions: return try await recordAssignment(request)
        case .configs: return .json(200, try await api.configsBody())
        case .prompts: return .json(200, try await api.promptsBody())
        case .promptABTests: return .json(200, try await api.promptABTestsBody())
        case .configVersion(let key, let version):
            guard let body = try await api.configBody(key: key, version: version) else {
                throw RequestFailure(404, "there is no version \(version) of a config \(key)")
            }
            return .json(200, body)
        }
    }

    private func traces(_ request: ConnectionMachine.Request) async throws -> Answer {
        let encoding = try encoding(of: request)
        let batch: DecodedBatch
        if request.plan.format == .lines {
            batch = try withBody(of: request) { decodeLines($0) }
        } else {
            let headers = request.head.fallomHeaders
            batch = try withBody(of: request) { bytes throws(DecodeError) in
                try decoder.decodeTraces(bytes, encoding: encoding, headers: headers)
            }
        }
        // Our SDK sends many records at once where this says that they are taken.
        return try await commit(batch, encoding).adding("Accept-Post", ContentType.all)
    }

    private func logs(_ request: ConnectionMachine.Request) async throws -> Answer {
        let encoding = try encoding(of: request)
        let batch = try withBody(of: request) { bytes throws(DecodeError) in
            try decoder.decodeLogs(Array(bytes), encoding: encoding)
        }
        return try await commit(batch, encoding)
    }

    private func metrics(_ request: ConnectionMachine.Request) -> Answer {
        counters.update(.http) { $0.discarded += 1 }
        return request.plan.format == .protobuf
            ? Answer(status: 200, contentType: ContentType.protobuf, body: OTLPAnswer.accepted(.protobuf))
            : .accepted
    }

    /// `POST /spans`: an early SDK's free-form data beside a session. It makes no span row; that it is a JSON object is
    /// checked, so that a client learns of a broken one.
    private func recordSpanData(_ request: ConnectionMachine.Request) throws -> Answer {
        let json = try withBody(of: request) { bytes throws(DecodeError) in
            do throws(JSONError) {
                return try JSONValue(parsing: Array(bytes), maxDepth: 128, allowsLoneSurrogates: true)
            } catch {
                throw DecodeError(reason: "\(error.reason)", offset: error.offset)
            }
        }
        guard json.object != nil else { throw RequestFailure(400, "a JSON object is needed") }
        counters.update(.http) { $0.received += 1 }
        return .accepted
    }

    private func recordAssignment(_ request: ConnectionMachine.Request) async throws -> Answer {
        let time = now()
        var masked = 0
        let assignment = try withBody(of: request) { bytes throws(DecodeError) in
            try decoder.decodeSession(Array(bytes), time: time, masked: &masked)
        }
        try await commit(IngestBatch(assignments: [assignment], masked: masked))
        return .accepted
    }

    private func commit(_ decoded: DecodedBatch, _ encoding: SpanDecoder.Encoding) async throws -> Answer {
        if let first = decoded.rejected.first {
            counters.rejected(decoded.rejected.count, by: .undecodable, of: .http, because: first.words)
        }
        if !decoded.passedOver.isEmpty { counters.update(.http) { $0.pass(over: decoded.passedOver) } }
        try await commit(IngestBatch(decoded))
        let type = encoding == .protobuf ? ContentType.protobuf : ContentType.json
        return Answer(status: 200, contentType: type, body: OTLPAnswer.answer(to: decoded, encoding))
    }

    private func commit(_ batch: IngestBatch) async throws {
        guard !batch.isEmpty else { return }
        counters.update(.http) { $0.received += batch.recordCount }
        do {
            _ = try await writer.submit(batch, from: .http)
        } catch let refusal as BatchWriter.Refusal {
            let retry = Answer.Header(name: "Retry-After", value: "1")
            if case .queueFull = refusal {
                counters.update(.http) { $0.dropped[.queueFull, default: 0] += batch.recordCount }
                throw RequestFailure(429, refusal.words, headers: [retry])
            }
            counters.update(.http) { $0.dropped[.storeFailed, default: 0] += batch.recordCount }
            throw RequestFailure(503, refusal.words, headers: [retry])
        }
    }
}

extension Endpoints {
    private func encoding(of request: ConnectionMachine.Request) throws -> SpanDecoder.Encoding {
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

    private func decodeLines(_ bytes: UnsafeRawBufferPointer) -> DecodedBatch {
        var batch = DecodedBatch()
        for line in bytes.split(separator: 0x0A) {
            decoder.decodeLine(UnsafeRawBufferPointer(rebasing: line), into: &batch)
        }
        return batch
    }

    /// Gives the body, inflated, to a decoder.
    private func withBody<Value>(
        of request: ConnectionMachine.Request, _ decode: (UnsafeRawBufferPointer) throws -> Value
    ) throws -> Value {
        do {
            switch request.plan.coding {
            case .identity: return try request.body.withUnsafeReadableBytes(decode)
            case .gzip: return try inflate(request, .gzip).withUnsafeBytes(decode)
            case .zlib: return try inflate(request, .zlib).withUnsafeBytes(decode)
            }
        } catch let error as DecodeError {
            throw RequestFailure(400, error.reason, field: error.field, offset: error.offset)
        }
    }

    private func inflate(_ request: ConnectionMachine.Request, _ format: GzipFormat) throws -> [UInt8] {
        do {
            return try inflated(Array(request.body.readableBytesView), format, limit: bodyLimit)
        } catch GzipError.limitExceeded {
            throw RequestFailure(413, "the body inflates to more than \(bodyLimit) bytes; send smaller batches")
        } catch {
            throw RequestFailure(400, "\(error)")
        }
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
