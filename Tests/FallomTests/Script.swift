import AsyncHTTPClient
import Fallom
import Foundation
import NIOCore
import OrderedJSON

/// Tells Tests/Support/scripted_provider.py how to answer.
enum Script {
    struct Answer: Encodable {
        var status = 200
        var headers: [String: String] = [:]
        var pieces: [String] = []
        var pause_ms = 0
        var stall = false
        var cut = false
    }

    /// The base of an API that answers by that script, which nobody else uses.
    static func url(_ answers: [Answer], _ test: String = #function) throws -> String {
        var answers = answers
        answers[0].headers["x-test"] = test + UUID().uuidString
        let script = try JSONEncoder().encode(answers)
        let text = script.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
        return PythonServer.scripted.url + "/s/" + text
    }

    /// What was asked of it, in order.
    static func requests(of url: String) async throws -> [JSON] {
        let request = HTTPClientRequest(url: PythonServer.scripted.url + "/_log")
        let response = try await HTTPClient.patient.execute(request, timeout: .minutes(5))
        let log = try JSON(parsing: try await response.body.collect(upTo: 1 << 24).readableBytesView)
        let path = url.dropFirst(PythonServer.scripted.url.count)
        return (log.array ?? []).filter { $0["path"]?.string?.hasPrefix(path) == true }
    }

    /// The bodies of what was asked.
    static func bodies(of url: String) async throws -> [JSON] {
        try await requests(of: url).map { try JSON(parsing: $0["body"]?.string ?? "") }
    }
}
