import Fallom
import Foundation
import OrderedJSON

/// A server of Tests/Support in a process of its own; it ends with the test run.
final class PythonServer: Sendable {
    let url: String
    /// Held so that the server's standard input stays open as long as we live.
    private let input: Pipe

    /// The double of the three model APIs, as fast as it can be.
    static let llm = PythonServer(
        module: "fake_llm", type: "FakeLLM", ["latency_ms=0", "first_token_ms=0", "chunk_ms=0"])
    /// The same, slow enough for a stream to be cut off in the middle.
    static let slowLLM = PythonServer(
        module: "fake_llm", type: "FakeLLM", ["latency_ms=30000", "first_token_ms=20", "chunk_ms=500"])
    /// The same, which does not answer within any test.
    static let hungLLM = PythonServer(
        module: "fake_llm", type: "FakeLLM", ["latency_ms=3600000", "first_token_ms=3600000", "chunk_ms=0"])
    /// The same, slow enough for every piece to arrive before the connection is cut.
    static let pacedLLM = PythonServer(
        module: "fake_llm", type: "FakeLLM", ["latency_ms=0", "first_token_ms=0", "chunk_ms=50"])
    /// Plays the recorded exchanges with providers.
    static let exchanges = PythonServer(module: "exchange_player", type: "ExchangePlayer", [])
    /// A model API that answers by a script.
    static let scripted = PythonServer(module: "scripted_provider", type: "ScriptedProvider", [])
    /// The double of Fallom's service.
    static let backend = PythonServer(module: "fake_backend", type: "FakeBackend", [])

    private init(module: String, type: String, _ options: [String]) {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Support")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["python3", folder.appendingPathComponent("until_stdin_closes.py").path, module, type] + options
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        var line: [UInt8] = []
        if (try? process.run()) != nil {
            while let byte = (try? output.fileHandleForReading.read(upToCount: 1))?.first, byte != 10 {
                line.append(byte)
            }
        }
        url = (try? JSON(parsing: line))?["url"]?.string ?? "http://127.0.0.1:1"
        self.input = input
    }
}
