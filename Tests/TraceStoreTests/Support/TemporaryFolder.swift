import Foundation
import TraceModel
import TraceStore

/// A folder that goes when the test ends.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("fallom-store-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String = "store.sqlite") -> String { path + "/" + name }
}

extension TraceStoreConfiguration {
    /// For tests: the clock stands, content is the bytes.
    static let test = TraceStoreConfiguration(
        lookup: RandomSpans.lookup, spansPerReader: 20, now: { Timestamp(unixNanoseconds: 1_000_000) })
}
