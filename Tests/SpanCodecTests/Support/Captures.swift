import Foundation
import Gzip
import OrderedJSON
import SpanCodec
import TraceModel

/// The recorded requests that lie beside the tests.
enum Captures {
    /// Where the fixtures lie.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/captures")

    /// One recorded request.
    struct Request: Sendable {
        var file: String
        var id: String
        var scenario: String
        var path: String
        var status: Int
        var headers: FallomHeaders
        var encoding: SpanDecoder.Encoding
        var body: [UInt8]
        var time: Timestamp
    }

    /// The lines of a fixture as JSON.
    static func lines(_ name: String) throws -> [JSONValue] {
        let data = [UInt8](try Data(contentsOf: folder.appending(path: name)))
        return try data.split(separator: UInt8(ascii: "\n")).map {
            try JSONValue(parsing: $0, allowsLoneSurrogates: true)
        }
    }

    /// All requests, in order of arrival.
    static func requests() throws -> [Request] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".ndjson") && $0 != "scenarios.ndjson" && !$0.hasSuffix(".decoded.ndjson") }
        let all = try names.sorted().flatMap { name in try lines(name).map { try request($0, file: name) } }
        return all.sorted { $0.time < $1.time }
    }

    private static func request(_ json: JSONValue, file: String) throws -> Request {
        var headers = FallomHeaders()
        var isGzip = false
        var isProtobuf = false
        for field in json["headers"]?.array ?? [] {
            guard let name = field[0]?.string, let value = field[1]?.string else { continue }
            headers.take(name: name, latin1: value.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
            if name.lowercased() == "content-encoding" { isGzip = value == "gzip" }
            if name.lowercased() == "content-type" { isProtobuf = value.hasPrefix("application/x-protobuf") }
        }
        let text = json["body"]?.string ?? ""
        var body = Array(text.utf8)
        if json["body_encoding"]?.string == "base64" { body = [UInt8](Data(base64Encoded: text) ?? Data()) }
        if isGzip { body = try inflated(body) }
        return Request(
            file: file, id: json["id"]?.string ?? "", scenario: json["scenario"]?.string ?? "",
            path: json["path"]?.string ?? "", status: json["response"]?["status"]?.int ?? 0, headers: headers,
            encoding: isProtobuf ? .protobuf : .json, body: body,
            time: Timestamp(unixMilliseconds: json["time_ms"]?.int64 ?? 0))
    }
}
