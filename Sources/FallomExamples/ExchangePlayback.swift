import AsyncHTTPClient
import Fallom
import FallomAsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import OrderedJSON

/// Sends recorded exchanges with providers by hand, through a traced HTTP client, each in a session of its name:
/// `play-exchanges FILE URL`, where URL is a server that plays the file.
enum ExchangePlayback {
    static func run(_ file: String, _ url: String) async throws {
        let fallom = try FallomClient()
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        for exchange in try JSON(parsing: data).array ?? [] {
            let session = fallom.session(configKey: "exchanges", sessionID: exchange["name"]?.string ?? "")
            do {
                let response = try await session.traced(HTTPClient.shared)
                    .execute(request(exchange, url), timeout: .seconds(60))
                _ = try await response.body.collect(upTo: 1 << 24)
            } catch {
                // What fails on the way is the exchange's matter: its span says so.
                print("\(session.context.sessionID): \(error)")
            }
        }
        await fallom.shutdown()
    }

    private static func request(_ exchange: JSON, _ url: String) -> HTTPClientRequest {
        let asked = exchange["request"]
        let path = asked?["path"]?.string ?? ""
        var request = HTTPClientRequest(url: url + "/" + (exchange["name"]?.string ?? "") + path)
        request.method = .POST
        for header in asked?["headers"]?.object ?? [] {
            request.headers.add(name: header.name, value: header.value.string ?? "")
        }
        request.body = .bytes(ByteBuffer(string: asked?["body"]?.string ?? ""))
        return request
    }
}
