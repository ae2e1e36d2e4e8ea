import Logging
import Synchronization

/// What was logged, in order.
final class CapturedLog: Sendable {
    struct Line: Hashable {
        var level: Logger.Level
        var text: String
    }

    private let state = Mutex<[Line]>([])

    var lines: [Line] { state.withLock { $0 } }
    var warnings: [String] { lines.filter { $0.level == .warning }.map(\.text) }
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private func add(_ line: Line) { state.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.add(Line(level: event.level, text: "\(event.message)"))
        }
    }
}
