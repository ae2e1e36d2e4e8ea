import Console
import Glibc
import SpanCodec
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
            return try Self.create("fallom-span-\(key.spanID)", ".json", try SpanExport.ndjsonLine(of: payload.payload))
        case .session(let id):
            var lines: [UInt8] = []
            for stored in try await reader.spans(ofSession: id, limit: Self.sessionLimit) {
                guard let payload = try await reader.payload(of: stored.span.key) else { continue }
                lines += try SpanExport.ndjsonLine(of: payload.payload)
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
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if descriptor < 0, errno == EEXIST { continue }
            guard descriptor >= 0 else {
                throw Failure(description: "cannot write \(path) here: \(String(cString: strerror(errno)))")
            }
            defer { close(descriptor) }
            try writeAll(bytes, to: descriptor, path)
            return path
        }
        throw Failure(description: "there are a thousand files named \(plain) already; remove some")
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
        var offset = 0
        while offset < bytes.count {
            let written = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                offset += written
            } else if errno != EINTR {
                let reason = String(cString: strerror(errno))
                unlink(path)
                throw Failure(description: "cannot write \(path): \(reason)")
            }
        }
    }
}
