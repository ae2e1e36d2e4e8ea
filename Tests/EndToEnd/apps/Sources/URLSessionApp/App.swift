import Calls
import Fallom  // fallom
import FallomURLSession  // fallom
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// An app that makes its requests itself, by URLSession. Lines that are there for tracing end in `// fallom`.
@main
enum App {
    static func main() async throws {
        let fallom = try FallomClient()  // fallom
        for call in try Call.all() {
            guard let url = URL(string: call.baseURL + "/chat/completions") else { continue }
            let session = fallom.session(configKey: "apps", sessionID: call.name)  // fallom
            let client = session.traced(URLSession.shared)  // fallom
            var request = URLRequest(url: url)
            request.httpMethod = "POST"
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.setValue("Bearer good-key", forHTTPHeaderField: "Authorization")
            request.httpBody = try call.body
            do {
                if call.streams {
                    var count = 0
                    for try await piece in try await client.bytes(for: request).0.pieces { count += piece.count }
                    print("\(call.name): \(count) bytes")
                } else {
                    let (data, _) = try await client.data(for: request)
                    print("\(call.name): \(data.count) bytes")
                }
            } catch {
                print("\(call.name): \(error)")
            }
        }
        await fallom.shutdown()  // fallom
    }
}
