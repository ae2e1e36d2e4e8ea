import OrderedJSON

/// The bodies an OTLP receiver answers with, in the request's own encoding (OTLP 1.11.0, docs/normalisation.md §5).
public enum OTLPAnswer {
    /// Everything was accepted: `{}` or no bytes.
    public static func accepted(_ encoding: SpanDecoder.Encoding) -> [UInt8] {
        encoding == .json ? Array("{}".utf8) : []
    }

    /// Some spans were rejected: a `partialSuccess`, still with status 200; the sender must not retry.
    public static func partial(rejected: Int, message: String, _ encoding: SpanDecoder.Encoding) -> [UInt8] {
        switch encoding {
        case .json:
            let success: JSONValue = ["rejectedSpans": .string(String(rejected)), "errorMessage": .string(message)]
            return JSONValue.object(["partialSuccess": success]).compactBytes
        case .protobuf:
            var success = ProtobufWriter()
            success.varint(OTLPField.Response.rejected, UInt64(clamping: rejected))
            success.bytes(OTLPField.Response.errorMessage, Array(message.utf8))
            var response = ProtobufWriter()
            response.bytes(OTLPField.Response.partialSuccess, success.bytes)
            return response.bytes
        }
    }

    /// The answer for a batch that was read: accepted, or partial with the first reasons.
    public static func answer(to batch: DecodedBatch, _ encoding: SpanDecoder.Encoding) -> [UInt8] {
        guard let first = batch.rejected.first else { return accepted(encoding) }
        var message = "\(batch.rejected.count) of \(batch.rejected.count + batch.spans.count) spans rejected: "
        if let field = first.field { message += "\(field): " }
        message += "\(first.reason) (byte \(first.offset))"
        return partial(rejected: batch.rejected.count, message: message, encoding)
    }

    /// The request could not be read, or was refused: a `google.rpc.Status` for a 4xx or 5xx answer. `code` is the
    /// gRPC code, 3 (`INVALID_ARGUMENT`) for a 400.
    public static func status(code: Int = 3, message: String, _ encoding: SpanDecoder.Encoding) -> [UInt8] {
        switch encoding {
        case .json:
            return JSONValue.object(["code": .number(code), "message": .string(message)]).compactBytes
        case .protobuf:
            var status = ProtobufWriter()
            status.varint(OTLPField.Refusal.code, UInt64(clamping: code))
            status.bytes(OTLPField.Refusal.message, Array(message.utf8))
            return status.bytes
        }
    }
}
