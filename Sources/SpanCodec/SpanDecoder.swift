/// Reads spans of every wire shape (docs/wire.md): Fallom records, OTLP JSON, OTLP protobuf.
///
/// A value without state: one decoder may be used by any number of tasks at once.
public struct SpanDecoder: Sendable {
    /// Bounds on what a sender may ask of us.
    public struct Limits: Hashable, Sendable {
        /// How deep JSON values and protobuf values may be nested.
        public var maxDepth: Int
        /// How many attributes a span may have; a span with more is rejected.
        public var maxAttributes: Int
        /// How many resources, scopes, spans and log records a message may have together. In a few bytes of gzip there is
        /// room for millions, and each takes time and memory.
        public var maxRecords: Int

        /// Makes limits; those left out are generous.
        public init(maxDepth: Int = 128, maxAttributes: Int = 20_000, maxRecords: Int = 100_000) {
            self.maxDepth = maxDepth
            self.maxAttributes = maxAttributes
            self.maxRecords = maxRecords
        }

        /// How many JSON values are built of a message at most: a record has some.
        var maxValues: Int { maxRecords * 10 }
    }

    /// How a body is written.
    public enum Encoding: Hashable, Sendable {
        /// `application/json`: a Fallom record, an array of them, or OTLP JSON.
        case json
        /// `application/x-protobuf`: OTLP.
        case protobuf
    }

    /// The bounds.
    public let limits: Limits
    /// What is masked before anything is read.
    public let scanner: SecretScanner
    /// Whether what people keep of sessions is taken too: from files that a person chose.
    public let takesKept: Bool

    /// Makes a decoder.
    public init(limits: Limits = Limits(), scanner: SecretScanner = .standard, takesKept: Bool = false) {
        self.limits = limits
        self.scanner = scanner
        self.takesKept = takesKept
    }

    /// Reads one line of a file or one datagram: a Fallom record, an OTLP `{"resourceSpans":…}` or
    /// `{"resourceLogs":…}` object, or an array of these. A blank line holds nothing. What cannot be read is added to
    /// ``DecodedBatch/rejected`` with its offset in the line.
    public func decodeLine(_ line: UnsafeRawBufferPointer, into batch: inout DecodedBatch) {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }) { return }
        do {
            try decodeJSON(line, headers: FallomHeaders(), into: &batch)
        } catch {
            batch.rejected.append(RejectedSpan(reason: error.reason, field: error.field, offset: error.offset))
        }
    }

    /// Reads one line of a file or one datagram.
    public func decodeLine(_ line: [UInt8], into batch: inout DecodedBatch) {
        line.withUnsafeBytes { decodeLine($0, into: &batch) }
    }

    /// Reads the body of `POST /v1/traces`. Throws when the body as a whole is undecodable; single bad spans of an OTLP
    /// body are in ``DecodedBatch/rejected``. An empty body holds nothing.
    public func decodeTraces(
        _ body: UnsafeRawBufferPointer, encoding: Encoding, headers: FallomHeaders = FallomHeaders()
    ) throws(DecodeError) -> DecodedBatch {
        var batch = DecodedBatch()
        var headers = headers
        batch.masked = headers.mask(with: scanner)
        switch encoding {
        case .json: try decodeJSON(body, headers: headers, into: &batch)
        case .protobuf: try decodeProtobufTraces(body, headers: headers, into: &batch)
        }
        return batch
    }

    /// Reads the body of `POST /v1/traces`.
    public func decodeTraces(
        _ body: [UInt8], encoding: Encoding, headers: FallomHeaders = FallomHeaders()
    ) throws(DecodeError) -> DecodedBatch {
        try body.withBytes { bytes throws(DecodeError) in
            try decodeTraces(bytes, encoding: encoding, headers: headers)
        }
    }

    /// Reads the body of `POST /v1/logs`: message content to be joined to its span. Log records that are not about a
    /// span, or hold no message, are passed over.
    public func decodeLogs(_ body: [UInt8], encoding: Encoding) throws(DecodeError) -> DecodedBatch {
        try body.withBytes { bytes throws(DecodeError) in
            var batch = DecodedBatch()
            let form: SecretScanner.Form = encoding == .json ? .json : .protobuf(.logs)
            try masking(bytes, form, into: &batch) { bytes, batch throws(DecodeError) in
                switch encoding {
                case .json: try decodeJSONLogs(bytes, into: &batch)
                case .protobuf: try decodeProtobufLogs(bytes, into: &batch)
                }
            }
            return batch
        }
    }

    /// Gives a message to be read with its secrets masked, and counts them.
    func masking(
        _ message: UnsafeRawBufferPointer, _ form: SecretScanner.Form, into batch: inout DecodedBatch,
        _ read: (UnsafeRawBufferPointer, inout DecodedBatch) throws(DecodeError) -> Void
    ) throws(DecodeError) {
        batch.beginMessage()
        batch.takesKept = takesKept
        guard let masked = scanner.masked(message, form) else { return try read(message, &batch) }
        batch.masked += masked.count
        try masked.bytes.withBytes { bytes throws(DecodeError) in try read(bytes, &batch) }
    }
}

extension Array where Element == UInt8 {
    /// `withUnsafeBytes` with a typed error.
    @inline(__always)
    func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        let result = withUnsafeBytes { bytes in Result { () throws(E) -> R in try body(bytes) } }
        return try result.get()
    }
}
