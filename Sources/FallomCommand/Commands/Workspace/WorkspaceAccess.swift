import ArgumentParser
import Assignment
import Cells
import OrderedJSON
import Prompts
import Workspace
import WorkspaceModel

/// A workspace as the commands use it: read once, its problems reported where they matter.
struct WorkspaceAccess {
    let folder: WorkspaceFolder
    let snapshot: WorkspaceSnapshot

    init(_ settings: Settings) {
        folder = WorkspaceFolder(path: settings.workspace)
        snapshot = folder.load()
    }

    /// Before a version is saved: numbers that calls in the store were recorded with are not given again.
    func rememberCalls(of kind: RecordKind, key: String, _ settings: Settings) async {
        guard let reader = try? await StoreAccess.reading(settings, isQuiet: true) else { return }
        await folder.rememberCalls(of: kind, key: key, in: reader)
    }

    /// Says on standard error what could not be used; files that do not concern `key` are left out.
    func reportProblems(of key: String? = nil) {
        for problem in snapshot.problems where key.map({ concerns(problem, $0) }) ?? true {
            StandardError.line(harmlessText(problem.description))
        }
    }

    /// Says on standard error that there is nothing yet, and what makes a first one.
    func sayEmpty(_ command: String) {
        StandardError.line("nothing yet in \(harmlessText(folder.path)): \(command) saves a first one")
    }

    /// Whether a problem is one of that key's files.
    func concerns(_ problem: WorkspaceProblem, _ key: String) -> Bool {
        folder.holds(problem.path, of: key)
    }

    /// The config of that key and version, the current one for `nil`.
    func config(_ key: String, version: Int?) throws -> ModelConfig {
        do {
            return try snapshot.configs.config(key: key, version: version)
        } catch {
            reportProblems(of: key)
            switch error {
            case .configNotFound: throw notFound("config", key, among: snapshot.configs.keys)
            case .versionNotFound: throw noVersion("config", key, version, among: snapshot.configs[key]?.ascending)
            default: throw CommandFailure(error.description)
            }
        }
    }

    /// The prompt of that key and version, the current one for `nil`.
    func prompt(_ key: String, version: Int?) throws -> PromptRecord {
        try record("prompt", key, version, of: snapshot.prompts)
    }

    /// The prompt A/B test of that key and version, the current one for `nil`.
    func abTest(_ key: String, version: Int?) throws -> PromptABTest {
        try record("prompt A/B test", key, version, of: snapshot.abTests)
    }

    private func record<Record>(
        _ kind: String, _ key: String, _ version: Int?, of catalog: VersionCatalog<Record>
    ) throws -> Record {
        guard let versions = catalog[key] else {
            reportProblems(of: key)
            throw notFound(kind, key, among: catalog.keys)
        }
        guard let record = version.map({ versions.records[$0] }) ?? versions.current else {
            throw noVersion(kind, key, version, among: versions.ascending)
        }
        return record
    }

    private func notFound(_ kind: String, _ key: String, among keys: [String]) -> CommandFailure {
        let known =
            keys.isEmpty
            ? "The workspace \(folder.path) has none; --workspace names another."
            : "There are: \(keys.prefix(12).joined(separator: ", "))\(keys.count > 12 ? ", …" : "")."
        return CommandFailure("there is no \(kind) '\(key)' in \(folder.path)", hint: known)
    }

    private func noVersion(_ kind: String, _ key: String, _ version: Int?, among known: [Int]?) -> CommandFailure {
        let list = (known ?? []).map(String.init).joined(separator: ", ")
        return CommandFailure(
            "the \(kind) '\(key)' has no version \(version.map(String.init) ?? "that is current")",
            hint: "There are: \(list).")
    }

    /// A file as JSON, `-` for standard input.
    static func json(at path: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: try bytes(at: path))
        } catch let error as JSONError {
            throw CommandFailure("\(path): \(error)", hint: "It must be one JSON document.")
        }
    }

    /// A file's bytes, `-` for standard input.
    static func bytes(at path: String) throws -> [UInt8] {
        try TextFile.input(path)
    }
}

extension VersionCatalog {
    /// What is served under each key, with the numbers of all versions there are.
    var served: [(record: Record, versions: [Int])] {
        keys.compactMap { key in
            guard let versions = self[key], let current = versions.current else { return nil }
            return (current, versions.ascending)
        }
    }
}

/// `k=v` of `--context` and `--var`.
struct NamedText: ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
        guard let sign = argument.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        name = String(argument[..<sign])
        value = String(argument[argument.utf8.index(after: sign)...])
        if name.isEmpty { return nil }
    }
}

/// Folder and `--json` of the commands on a workspace.
struct WorkspaceOptions: ParsableArguments {
    @OptionGroup var shared: ReadingOptions

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func open() throws -> WorkspaceAccess {
        WorkspaceAccess(try shared.settings(ProcessEnvironment.current()))
    }
}
