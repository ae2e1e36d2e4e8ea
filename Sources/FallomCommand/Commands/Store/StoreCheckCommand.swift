import ArgumentParser
import Display
import OrderedJSON
import TraceModel
import TraceStore

/// `fallom store check`: whether the file is whole.
struct StoreCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look through the whole store for damage.",
        discussion: "Takes seconds for each gigabyte and changes nothing. Exit status 1 when something is wrong.")

    @OptionGroup var shared: ReadingOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let report = try await StoreReport.look(at: try shared.settings())
        try StandardOutput.print(json: json, [report.json], report.lines)
        if !report.problems.isEmpty { throw ExitCode.failure }
    }
}

/// What a look through a store found.
struct StoreReport: Hashable, Sendable {
    var path: String
    /// What it holds, where that could be asked.
    var spans: Int?
    var sessions: Int?
    /// What is wrong, one sentence each.
    var problems: [String]

    /// Looks through the store of the settings.
    ///
    /// - Throws: ``CommandFailure`` where there is none. One that is damaged is what the report is for.
    static func look(at settings: Settings) async throws -> StoreReport {
        var report = StoreReport(path: settings.store, problems: [])
        do {
            let store = try StoreAccess.reader(settings)
            report.problems = try await store.checkIntegrity()
            let overview = try? await store.overview()
            report.spans = overview?.spans
            report.sessions = overview?.sessions
        } catch let error as StoreError where error.code == .corrupt {
            report.problems = [error.message]
        }
        return report
    }

    var lines: [String] {
        guard problems.isEmpty else {
            return problems.map { "\(path): \($0)" } + [
                "'fallom store salvage' writes a new store of what can be read; 'fallom store renew' moves it aside and begins anew"
            ]
        }
        let held = spans.map { ", \(Figure.count($0)) spans in \(Figure.count(sessions ?? 0)) sessions" } ?? ""
        return ["\(path): whole\(held)"]
    }

    var json: JSONValue {
        .object([
            "path": .string(path), "whole": .bool(problems.isEmpty), "spans": spans.map { .number($0) } ?? .null,
            "sessions": sessions.map { .number($0) } ?? .null, "problems": .array(problems.map { .string($0) }),
        ])
    }
}
