import Cells
import Display
import Ingest
import OrderedJSON

/// What an import did, for people and as JSON.
struct ImportSummary: Hashable, Sendable {
    var files = 0
    var lines = 0
    var read = 0
    var stored = 0
    var replaced = 0
    var rejected = 0
    var masked = 0
    /// Sessions of which something is kept that was not.
    var kept = 0

    init(_ reports: [ImportReport], kept: Int = 0) {
        self.kept = kept
        files = reports.count
        for report in reports {
            lines += report.lines
            read += report.read
            stored += report.stored
            replaced += report.replaced
            rejected += report.rejected
            masked += report.masked
        }
    }

    /// One line.
    var text: String {
        let count = { (value: Int) in Figure.count(value) }
        return "\(count(read)) spans read, \(count(stored)) stored, \(count(replaced)) replaced, "
            + "\(count(rejected)) rejected" + (masked == 0 ? "" : "; \(Figure.count(masked, "secret")) masked")
            + (kept == 0 ? "" : "; pins, notes and labels of \(Figure.count(kept, "session"))")
    }

    /// The last object of `fallom import --json`.
    var json: JSONValue {
        .object([
            "files": .count(files), "lines": .count(lines), "read": .count(read), "stored": .count(stored),
            "replaced": .count(replaced), "rejected": .count(rejected), "masked": .count(masked),
            "kept": .count(kept),
        ])
    }

    /// The object of one file.
    static func json(of report: ImportReport) -> JSONValue {
        .object([
            "path": .string(report.path), "lines": .count(report.lines), "read": .count(report.read),
            "stored": .count(report.stored), "replaced": .count(report.replaced), "rejected": .count(report.rejected),
            "masked": .count(report.masked),
            "failure": .text(report.failure),
            "rejections": .array(
                report.rejections.map {
                    .object(["line": .count($0.line), "field": .text($0.field), "reason": .string($0.reason)])
                }),
        ])
    }

    /// A line for each refused line, `path:line: field: reason`, and one for a file that could not be read.
    static func complaints(of report: ImportReport) -> String {
        let path = harmlessText(report.path)
        var text = ""
        for line in report.rejections {
            let field = line.field.map { "\($0): " } ?? ""
            let number = line.line.map { "\($0):" } ?? ""
            text += "\(path):\(number) \(harmlessText(field + line.reason))\n"
        }
        let untold = report.rejected - report.rejections.count
        if untold > 0 { text += "\(path): \(Figure.count(untold)) more lines were rejected\n" }
        if let failure = report.failure { text += "fallom: \(harmlessText(failure))\n" }
        return text
    }
}
