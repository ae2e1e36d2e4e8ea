/// Answers of gRPC: HTTP status 200 whatever happened, how it went in the trailers, or, where nothing else is said, in
/// the headers alone.
enum GRPCAnswer {
    /// The call went well; `message` is the encoded response.
    static func succeeded(_ message: [UInt8]) -> Answer {
        Answer(
            status: 200, contentType: ContentType.grpc, headers: [acceptEncoding], body: GRPCFrame.encoded(message),
            trailers: [Answer.Header(name: "grpc-status", value: "\(GRPCStatus.ok.rawValue)")])
    }

    /// The call failed.
    static func failed(_ status: GRPCStatus, _ message: String, headers: [Answer.Header] = []) -> Answer {
        let outcome = [
            Answer.Header(name: "grpc-status", value: "\(status.rawValue)"),
            Answer.Header(name: "grpc-message", value: percentEncoded(message)), acceptEncoding,
        ]
        return Answer(status: 200, contentType: ContentType.grpc, headers: outcome + headers, body: [])
    }

    private static let acceptEncoding = Answer.Header(name: "grpc-accept-encoding", value: "identity,gzip")

    /// Everything but printable ASCII as `%XX`, the percent sign too.
    static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
                encoded.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
