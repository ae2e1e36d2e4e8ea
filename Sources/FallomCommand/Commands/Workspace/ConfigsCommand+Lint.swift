import ArgumentParser
import Assignment
import Cells
import Display
import OrderedJSON
import Prompts
import Workspace
import WorkspaceModel

/// `fallom configs lint [KEY]`.
struct ConfigsLintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Say what to look at in the configs; exit 1 when there is an error.",
        discussion: """
            Looks at the current version of one config or of all, and at files that could not be used. An error means \
            that somebody gets an error or something else than is written. With KEY it also names the configs and tests \
            that divide the same sessions along the same buckets.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The config's key; without it all are looked at.", completion: Completing.config)
    var key: String?

    @Option(help: "A version other than the current one; needs a key.")
    var version: Int?

    func validate() throws {
        if version != nil, key == nil { throw ValidationError("--version needs a key") }
    }

    func run() async throws {
        let access = try workspace.open()
        let findings = try findings(access)
        let output = StandardOutput()
        if workspace.json {
            for finding in findings { try output.line(finding.json.compactBytes) }
        } else {
            try print(findings, output)
        }
        try output.flush()
        if findings.contains(where: { $0.severity == .error }) { throw ExitCode.failure }
    }

    private func print(_ findings: [ConfigFinding], _ output: StandardOutput) throws {
        let terminal = Terminal.standardOutput(.current())
        for finding in findings {
            let word = Table.painted(finding.severity.rawValue, finding.emphasis, terminal)
            try output.line("\(word)  \(harmlessText(finding.sentence))")
        }
        let counts = ConfigLint.Severity.allCases.map { severity in
            Figure.count(findings.count { $0.severity == severity }, severity.rawValue)
        }
        try output.line(counts.joined(separator: ", "))
    }

    private func findings(_ access: WorkspaceAccess) throws -> [ConfigFinding] {
        let files = access.snapshot.problems.filter { problem in
            problem.path.hasPrefix(access.folder.path + "/configs")
        }
        if let key {
            let ofKey = files.filter { access.concerns($0, key) }
            guard let config = try? access.snapshot.configs.config(key: key, version: version) else {
                if ofKey.isEmpty || version != nil { _ = try access.config(key, version: version) }
                return ofKey.map { ConfigFinding($0, current: nil) }
            }
            return Self.findings(of: config, files: ofKey, beside: others(than: key, access.snapshot))
        }
        let configs = access.snapshot.configs.served.map(\.record)
        let ofNone = files.filter { file in !configs.contains { access.concerns(file, $0.key) } }
        return ofNone.map { ConfigFinding($0, current: nil) }
            + configs.flatMap { config in
                Self.findings(of: config, files: files.filter { access.concerns($0, config.key) }, beside: [])
            }
    }

    /// A malformed field is listed once: with its file where the reader has named one.
    private static func findings(
        of config: ModelConfig, files: [WorkspaceProblem], beside others: [String]
    ) -> [ConfigFinding] {
        let lints = config.lints(runningBeside: others).filter { lint in
            !files.contains { $0.field == lint.path && $0.message == lint.message }
        }
        return files.map { ConfigFinding($0, current: config) } + lints.map { ConfigFinding($0, config) }
    }

    /// Configs and tests that divide sessions at all, but for the one looked at.
    private func others(than key: String, _ snapshot: WorkspaceSnapshot) -> [String] {
        let configs = snapshot.configs.keys.filter { other in
            !other.utf8.elementsEqual(key.utf8) && (snapshot.configs[other]?.current?.variants.count ?? 0) > 1
        }
        return configs + snapshot.abTests.keys.filter { (snapshot.abTests[$0]?.current?.variants.count ?? 0) > 1 }
    }
}

/// One line of `fallom configs lint`.
struct ConfigFinding: Hashable, Sendable {
    let severity: ConfigLint.Severity
    /// What it is about; `file` for one that could not be read.
    let kind: String
    let key: String?
    let version: Int?
    /// The file with line and column, where known.
    let file: String?
    let field: String?
    let message: String

    init(_ lint: ConfigLint, _ config: ModelConfig) {
        severity = lint.severity
        kind = lint.kind.rawValue
        key = config.key
        version = config.version
        file = nil
        field = lint.path
        message = lint.message
    }

    /// What could not be used of a file. In a version that nobody gets unless pinned it is a warning.
    init(_ problem: WorkspaceProblem, current: ModelConfig?) {
        let isOld = current.map { !problem.path.hasSuffix("/\($0.version).json") } ?? false
        severity = isOld && !problem.isSkipped ? .warning : .error
        kind = problem.isSkipped ? "file" : ConfigLint.Kind.malformed.rawValue
        key = current?.key
        version = isOld ? nil : current?.version
        let place = [problem.line, problem.column].compactMap { $0 }.map { ":\($0)" }.joined()
        file = problem.path + place
        field = problem.field
        message = problem.message
    }

    var emphasis: Emphasis {
        switch severity {
        case .error: .error
        case .warning: .warning
        case .note: .dim
        }
    }

    var sentence: String {
        let place = file ?? "\(key ?? "") version \(version.map(String.init) ?? "?")"
        return "\(place): \(field.map { $0.isEmpty ? "" : "\($0): " } ?? "")\(message)"
    }

    var json: JSONValue {
        .object([
            "severity": .string(severity.rawValue), "kind": .string(kind), "config_key": .text(key),
            "config_version": .count(version), "file": .text(file), "field": .text(field), "message": .string(message),
        ])
    }
}
