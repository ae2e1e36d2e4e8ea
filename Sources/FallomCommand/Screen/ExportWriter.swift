import Console
import Experiments
import SystemCalls
import TraceModel

/// Writes spans to a new file in the working directory.
struct ExportWriter: Sendable {
    let documents: DocumentMaker

    /// Writes and returns the file's name.
    func write(_ export: Export) async throws -> String {
        let (name, suffix) = Self.name(of: export)
        return try Self.create(name, suffix, Array(try await text(export).utf8))
    }

    private static func name(of export: Export) -> (String, String) {
        switch export {
        case .span(let key): ("fallom-span-\(key.spanID)", ".json")
        case .session(let id): ("fallom-session-\(id)", ".ndjson")
        case .sessionMarkdown(let id): ("fallom-session-\(id)", ".md")
        case .sessionPage(let id): ("fallom-session-\(id)", ".html")
        case .call(let key, .curl): ("fallom-call-\(key.spanID)", ".sh")
        case .call(let key, .swift): ("fallom-call-\(key.spanID)", ".swift")
        case .call(let key, .python): ("fallom-call-\(key.spanID)", ".py")
        case .call(let key, .json): ("fallom-call-\(key.spanID)", ".json")
        }
    }

    /// What the file holds.
    func text(_ export: Export) async throws -> String {
        do {
            switch export {
            case .span(let key): return try await documents.record(of: key)
            case .session(let id): return try await documents.lines(ofSession: id)
            case .sessionMarkdown(let id): return try await documents.markdown(ofSession: id)
            case .sessionPage(let id): return try await documents.page(ofSession: id)
            case .call(let key, let form): return try await documents.call(key, form)
            }
        } catch let failure as CommandFailure {
            // What a command would advise is not for the console's line.
            throw CommandFailure(failure.message)
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
                throw CommandFailure("cannot write \(path) here: \(error)")
            }
        }
        throw CommandFailure("there are a thousand files named \(plain) already; remove some")
    }
}
