import Foundation
import OrderedJSON
import Testing

@testable import ProviderCalls

/// One recorded situation with a provider (`Fixtures/exchanges.json`).
struct Exchange: Sendable, CustomTestStringConvertible {
    let json: JSONValue

    static let all: [Exchange] = {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/exchanges.json")
        let list = (try? Data(contentsOf: url)).flatMap { try? JSONValue(parsing: $0) }
        return (list?.array ?? []).map(Exchange.init)
    }()

    var name: String { json["name"]?.string ?? "?" }
    var testDescription: String { name }
    var expected: JSONValue { json["expect"] ?? .null }
    var path: String { json["request"]?["path"]?.string ?? "" }
    var requestHeaders: [(name: String, value: String)] { Self.headers(json["request"]) }
    var requestBody: [UInt8] { Array((json["request"]?["body"]?.string ?? "").utf8) }
    var status: Int { json["response"]?["status"]?.int ?? 0 }
    var responseHeaders: [(name: String, value: String)] { Self.headers(json["response"]) }
    var isCut: Bool { json["response"]?["cut"]?.bool ?? false }
    var pieces: [[UInt8]] {
        (json["response"]?["chunks_base64"]?.array ?? []).compactMap {
            Data(base64Encoded: $0.string ?? "").map(Array.init)
        }
    }

    private static func headers(_ json: JSONValue?) -> [(name: String, value: String)] {
        (json?["headers"]?.object ?? []).map { ($0.name, $0.value.string ?? "") }
    }

    /// The connection's end in the middle.
    struct ConnectionLost: Error {}

    /// The call, read along from those pieces; `nil` where the request is none.
    func call(_ pieces: [[UInt8]]) -> ProviderCall? {
        guard
            var exchange = ProviderExchange(
                method: "POST", url: "http://127.0.0.1:9000/\(name)" + path, headers: requestHeaders, body: requestBody)
        else { return nil }
        exchange.head(status: status, headers: responseHeaders)
        for (index, piece) in pieces.enumerated() { exchange.take(piece, at: Int64(index + 1)) }
        return isCut ? exchange.fail(ConnectionLost()) : exchange.end()
    }
}
