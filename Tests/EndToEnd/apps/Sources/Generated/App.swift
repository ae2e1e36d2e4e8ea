import Calls
import Fallom  // fallom
import Foundation

/// An app on a client as swift-openapi-generator writes them (the runtime declared by us, see the files beside this one). Lines
/// that are there for tracing end in `// fallom`.
@main
enum App {
    static func main() async throws {
        let fallom = try FallomClient()  // fallom
        for call in try Call.all() {
            guard let url = URL(string: call.baseURL) else { continue }
            let session = fallom.session(configKey: "apps", sessionID: call.name)  // fallom
            let client = Client(serverURL: url, middlewares: [FallomMiddleware(session: session)])  // fallom
            do {
                var bytes: [UInt8] = []
                for try await piece in try await client.createChatCompletion(try call.body) { bytes += piece }
                print("\(call.name): \(bytes.count) bytes")
            } catch {
                print("\(call.name): \(error)")
            }
        }
        await fallom.shutdown()  // fallom
    }
}
