import ArgumentParser
import Assignment
import Cells
import OrderedJSON
import Workspace

/// What was taken over into the workspace, for people and as JSON.
struct TakenOverReport {
    let report: RecordImport

    init(_ report: RecordImport) {
        self.report = report
    }

    /// Prints a line for each record; what was left out is said on standard error, too.
    ///
    /// - Throws: exit status 1 when anything was left out.
    func print(json: Bool) throws {
        let output = StandardOutput()
        let groups = [("created", report.created), ("unchanged", report.unchanged), ("conflict", report.conflicts)]
        for (result, items) in groups {
            for item in items { try output.line(json ? Self.json(item, result) : Self.text(item, result)) }
        }
        for problem in report.rejected {
            if json {
                let document = JSONValue.object([
                    "result": "rejected", "path": .string(problem.path), "message": .string(problem.message),
                ])
                try output.line(document.compactBytes)
            } else {
                StandardError.line(harmlessText("\(problem.path): \(problem.message): it is left out"))
            }
        }
        if !json, groups.allSatisfy(\.1.isEmpty), report.rejected.isEmpty { try output.line("nothing to take over") }
        try output.flush()
        if !report.conflicts.isEmpty || !report.rejected.isEmpty { throw ExitCode.failure }
    }

    private static func text(_ item: RecordImport.Item, _ result: String) -> [UInt8] {
        let what = result == "conflict" ? "conflict, another text is there under that version:" : result
        return Array(harmlessText("\(what) \(item.kind) \(item.key) version \(item.version)").utf8)
    }

    private static func json(_ item: RecordImport.Item, _ result: String) -> [UInt8] {
        JSONValue.object([
            "result": .string(result), "kind": .string(item.kind), "key": .string(item.key),
            "version": .number(item.version),
        ]).compactBytes
    }
}

/// Records as the API lists them.
enum APIList {
    /// The file's list under its name: an object that has it is taken as it is, a bare list or a single record is wrapped.
    static func read(_ path: String, named name: String) throws -> JSONValue {
        try read(try WorkspaceAccess.json(at: path), from: path, named: name)
    }

    /// The same of what was read already.
    static func read(_ json: JSONValue, from path: String, named name: String) throws -> JSONValue {
        if json.array != nil { return .object([JSONMember(name, json)]) }
        guard json.object != nil else {
            throw CommandFailure("\(path) holds no list of \(name)", hint: "It must be what GET /\(name) answers.")
        }
        if json[name]?.array != nil || json["key"] == nil { return try checked(json, path, name) }
        return .object([JSONMember(name, .array([json]))])
    }

    private static func checked(_ json: JSONValue, _ path: String, _ name: String) throws -> JSONValue {
        let known = ["configs", "config_versions", "prompts", "prompt_ab_tests"]
        if known.contains(where: { json[$0] != nil }) { return json }
        throw CommandFailure("\(path) has no member '\(name)'", hint: "It must be what GET /\(name) answers.")
    }
}

/// `fallom configs import FILE`.
struct ConfigsImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take over configs as the API lists them.",
        discussion: """
            'fallom configs pull' reads the cloud itself; this is for a list that another program fetched. In the list the \
            last record of a key becomes its current version. A \
            version that is there is never changed: one with another content is a conflict, and the exit status is 1.
            """)

    @OptionGroup var workspace: WorkspaceOptions

    @Argument(help: "The list as JSON; - reads standard input.")
    var file: String

    func run() async throws {
        let records = try APIList.read(file, named: "configs")
        try TakenOverReport(try workspace.open().folder.importRecords(records)).print(json: workspace.json)
    }
}
