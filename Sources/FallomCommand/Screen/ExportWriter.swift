import Console
import SpanCodec
import SystemCalls
import TraceModel

/// Writes spans to a new file in the working directory.
struct ExportWriter: Sendable {
    let reader: any TraceReader

    /// Spans of a session that are written at most.
    private static let sessionLimit = 1_000_000

    /// Why a file could not be written, and what to do.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Writes and returns the file's name.
    func write(_ export: Export) async throws -> String {
        switch export {
        case .span(let key):
            guard let payload = try await reader.payload(of: key) else {
                throw Failure(description: "the span is no longer in the store")
            }
            return try Self.create(
                "fallom-span-\(key.spanID)", ".json", try SpanExport.ndjsonLine(of: payload.filled.payload))
        case .session(let id):
            var lines: [UInt8] = []
            for stored in try await reader.spans(ofSession: id, limit: Self.sessionLimit) {
                guard let payload = try await reader.payload(of: stored.span.key) else { continue }
                lines += try SpanExport.ndjsonLine(of: payload.filled.payload)
                if lines.last != 0x0A { lines.append(0x0A) }
            }
            return try Self.create("fallom-session-\(id)", ".ndjson", lines)
        }
    }

    /// Makes a file that did not exist, for its owner alone. A name that is taken gets a number.
    private static func create(_ name: String, _ suffix: String, _ bytes: [UInt8]) throws -> String {
        let plain = String(
            name.prefix(100).map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) ? $0 : "_" })
        for number in 1...1_000 {
            let path = plain + (number == 1 ? "" : "-\(number)") + suffix
            do throws(SystemError) {
                let file = try Descriptor.open(path, for: .creating)
                do throws(SystemError) {
                    try file.writeAll(bytes)
                } catch {
                    // Half a file would pass for a whole one.
                    _ = try? Files.remove(path)
                    throw error
                }
                return path
            } catch {
                if error.isTaken { continue }
                throw Failure(description: "cannot write \(path) here: \(error)")
            }
        }
        throw Failure(description: "there are a thousand files named \(plain) already; remove some")
    }
}
