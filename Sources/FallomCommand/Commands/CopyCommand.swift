import ArgumentParser
import Display
import OrderedJSON
import TraceModel

/// `fallom copy --from STORE --to STORE [FILTER]`: spans from one store into another.
struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copy spans from one store into another, a file or a ClickHouse.",
        discussion: """
            With the spans go what came apart from them, recorded assignments, pins, notes and labels of their sessions. \
            What is there already is not stored twice. When it is cut off, the same command goes on where it was.
            """)

    @OptionGroup var shared: ReadingOptions
    @OptionGroup var filter: FilterArguments

    @Option(help: ArgumentHelp("The store to copy from.", valueName: "file|url"))
    var from: String

    @Option(help: ArgumentHelp("The store to copy into; a file is made where there is none.", valueName: "file|url"))
    var to: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let environment = ProcessEnvironment.current()
        let settings = try shared.settings(environment)
        var (source, target) = (settings, settings)
        source.store = try Settings.store(from, environment)
        target.store = try Settings.store(to, environment)
        guard source.store != target.store else {
            throw CommandFailure.usage("--from and --to are the same store")
        }
        let wanted = try filter.parsed()
        let reader = try await StoreAccess.reading(source, for: wanted, isWhole: true)
        let writer = try await StoreAccess.writing(target)
        guard !writer.isReadOnly else {
            throw CommandFailure("\(writer.path) cannot be written", hint: "Name a user who may write.")
        }
        let place = StandardPaths(environment).companion(of: "copy \(source.store) \(target.store) \(filter.text)")
        let progress = Progress(title: "copying", total: wanted == .all ? try? await reader.overview().spans : nil)
        let copying = StoreCopy(
            source: reader, target: writer, filter: wanted, marker: CopyMarker(path: place + ".json"),
            tell: { progress.update($0) })
        let report = try await copying.run()
        progress.end()
        try await writer.close()
        try await reader.close()
        try StandardOutput.print(json: json, [report.json], report.lines)
    }
}

extension CopyReport {
    fileprivate var lines: [String] {
        var lines = ["\(Figure.count(spans)) spans copied, \(Figure.count(new)) of them new"]
        if skipped > 0 { lines.append("\(Figure.count(skipped)) spans were copied before it was cut off") }
        if assignments + kept > 0 {
            lines.append(
                "\(Figure.count(assignments)) recorded assignments, \(Figure.count(kept)) sessions' pins, notes and labels"
            )
        }
        if scores > 0 { lines.append("\(Figure.count(scores)) scores") }
        return lines
    }

    fileprivate var json: JSONValue {
        .object([
            "spans": .number(spans), "new": .number(new), "copied_before": .number(skipped),
            "assignments": .number(assignments), "kept": .number(kept), "scores": .number(scores),
        ])
    }
}
