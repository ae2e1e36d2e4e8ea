import Foundation
import OrderedJSON
import Testing
import TraceModel

@testable import Ingest

/// The recorded requests of real clients, sent as they were recorded.
@Suite(.endsHangs) struct `Replay of captures` {
    /// The captures lie with the codec's tests.
    private static let folder =
        #filePath.split(separator: "/").dropLast(2).reduce(into: "") { $0 += "/" + $1 }
        + "/SpanCodecTests/Fixtures/captures/"

    private func lines(of name: String) throws -> [JSONValue] {
        let text = try String(contentsOfFile: Self.folder + name, encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    private func body(of request: JSONValue) -> [UInt8] {
        let text = request["body"]?.string ?? ""
        guard request["body_encoding"]?.string == "base64" else { return Array(text.utf8) }
        return Data(base64Encoded: text).map { Array($0) } ?? []
    }

    private func bytes(of request: JSONValue) -> [UInt8] {
        let body = body(of: request)
        var head: [UInt8] = Array("POST \(request["path"]?.string ?? "/") HTTP/1.1\r\nHost: 127.0.0.1\r\n".utf8)
        for header in request["headers"]?.array ?? [] {
            let name = header[0]?.string ?? ""
            guard name.lowercased().hasPrefix("content-") || name.lowercased().hasPrefix("x-") else { continue }
            guard name.lowercased() != "content-length" else { continue }
            let value = (header[1]?.string ?? "").unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            head += Array("\(name): ".utf8) + value + [0x0D, 0x0A]
        }
        return head + Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
    }

    @Test func `nothing that was accepted when it was recorded is refused, and every span is there`() async throws {
        let files = [
            "fallom-python.ndjson", "fallom-typescript.ndjson", "fallom-typescript-0.2.10.ndjson",
            "fallom-typescript-0.2.28-patched.ndjson", "fallom-typescript-mastra-exporter.ndjson", "otlp-json.ndjson",
            "otlp-protobuf.ndjson",
        ]
        try await Harness.run(http: .anyPort) { harness in
            let client = try RawClient(port: harness.httpPort)
            for file in files {
                for request in try lines(of: file) {
                    let status = request["response"]?["status"]?.int ?? 0
                    guard request["method"]?.string == "POST", (200..<300).contains(status) else { continue }
                    let path = request["path"]?.string ?? ""
                    try await client.send(bytes(of: request))
                    let response = try await client.response()
                    // Of what the cloud's own API takes, evaluations alone are kept: as scores.
                    let expected = path.hasPrefix("/api/") && path != "/api/sdk-evals" ? 404 : 200
                    #expect(response.status == expected, "\(request["id"]?.string ?? "") \(path): \(response.text)")
                }
            }
            let expected = try lines(of: "expected/spans.ndjson").map {
                SpanKey(traceID: $0["trace_id"]?.string ?? "", spanID: $0["span_id"]?.string ?? "")
            }
            #expect(harness.sink.keys == Set(expected))
            #expect(harness.sink.contents > 0)
            #expect(!harness.sink.assignments.isEmpty)
        }
    }
}
