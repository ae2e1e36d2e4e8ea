import ClickHouseStore
import Foundation
import Synchronization
import TraceModel

/// The real engine of ClickHouse behind its HTTP interface (Tests/Support/clickhouse_double.py), for as long as the tests
/// run. Where chdb is not installed there is none, and the tests that need it are skipped.
final class ClickHouseDouble: Sendable {
    /// The one of this run.
    static let shared: ClickHouseDouble? = ClickHouseDouble()

    /// Whether there is one.
    static var isThere: Bool { shared != nil }

    private let process: Process
    private let folder: TemporaryFolder
    let port: Int

    /// A Python that has chdb.
    private static var python: String? {
        let named = ProcessInfo.processInfo.environment["FALLOM_TEST_PYTHON"].map { [$0] } ?? []
        let own = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../.venv-e2e/bin/python").standardized.path
        return (named + [own, "/usr/local/bin/python3", "/usr/bin/python3"]).first { path in
            guard FileManager.default.isExecutableFile(atPath: path) else { return false }
            let probe = Process()
            probe.executableURL = URL(fileURLWithPath: path)
            probe.arguments = [
                "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('chdb') is None)",
            ]
            guard (try? probe.run()) != nil else { return false }
            probe.waitUntilExit()
            return probe.terminationStatus == 0
        }
    }

    private init?() {
        guard let python = Self.python, let folder = try? TemporaryFolder() else { return nil }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Support/clickhouse_double.py").standardized.path
        let ended = Pipe()
        process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        // The double ends with the tests, however they end: its standard input closes then.
        process.arguments = [
            "-c",
            """
            import os, sys, threading
            threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
            sys.argv = ["double", "--port", "0", "--path", sys.argv[1], "--user", "ann", "--password", "secret-of-ann"]
            exec(compile(open(\"\(script)\").read(), "double", "exec"), {"__name__": "__main__", "__doc__": ""})
            """, folder.file("double"),
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = ended
        guard (try? process.run()) != nil else { return nil }
        var line = Data()
        while let byte = try? output.fileHandleForReading.read(upToCount: 1), byte.count == 1, byte != Data("\n".utf8) {
            line += byte
        }
        guard let port = Int(String(decoding: line, as: UTF8.self).split(separator: ":").last ?? "") else { return nil }
        self.port = port
        self.folder = folder
        input = ended
    }

    /// Held open for as long as the double is to run.
    private let input: Pipe

    private static let databases = Mutex(0)

    /// A store of its own.
    func store(_ configuration: ClickHouseConfiguration = .test) async throws -> ClickHouseStore {
        let number = Self.databases.withLock { number in
            number += 1
            return number
        }
        let address = try ClickHouseAddress("clickhouse://ann@127.0.0.1:\(port)/test\(number)")
        _ = try await ClickHouseStore.create(at: address, .init(), configuration: configuration)
        return try await ClickHouseStore.open(at: address, configuration: configuration, writes: true)
    }
}

extension ClickHouseConfiguration {
    /// For tests: the clock stands, content is the bytes.
    static let test = ClickHouseConfiguration(
        password: "secret-of-ann", lookup: RandomSpans.lookup, now: { Timestamp(unixNanoseconds: 1_000_000) },
        randomBits: { .random(in: 0...(.max)) })
}
