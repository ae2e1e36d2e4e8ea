import Assignment
import OrderedJSON
import Prompts

/// Reads a workspace from disk. What did not change since the last time is not read again.
struct WorkspaceReader: Sendable {
    let layout: Layout
    /// What was read before, by path.
    private var known: [String: Known] = [:]

    /// A file or version folder as it was read, and the stamps that tell whether it still is.
    private struct Known: Sendable {
        var stamps: [FileSystem.Stamp?]
        var content: Content
        var problems: [WorkspaceProblem]
    }

    /// What a file or version folder turned out to be.
    private enum Content: Sendable {
        case config(ModelConfig)
        case prompt(PromptRecord, VersionNote?)
        case abTest(PromptABTest)
        case context(NamedContext)
        case nothing
    }

    init(layout: Layout) {
        self.layout = layout
    }

    /// The workspace as it is now. A folder that is not there is an empty one.
    mutating func read(revision: Int) -> WorkspaceSnapshot {
        var snapshot = WorkspaceSnapshot()
        snapshot.revision = revision
        let before = known
        known = [:]
        for kind in Layout.Kind.allCases { readKeys(kind, before, into: &snapshot) }
        readContexts(before, into: &snapshot)
        snapshot.problems.sort { ($0.path, $0.line ?? 0, $0.column ?? 0) < ($1.path, $1.line ?? 0, $1.column ?? 0) }
        return snapshot
    }

    private mutating func readKeys(
        _ kind: Layout.Kind, _ before: [String: Known], into snapshot: inout WorkspaceSnapshot
    ) {
        let folder = layout.folder(kind)
        var folders: [UTF8Key: String] = [:]
        for name in names(in: folder, &snapshot.problems) where !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            guard FileSystem.stamp(path)?.isDirectory == true else { continue }
            guard let key = KeyEncoding.decode(name) else {
                snapshot.problems.append(
                    WorkspaceProblem(
                        path: path, message: "the folder's name is no percent-encoded key", isSkipped: true))
                continue
            }
            if let other = folders.updateValue(path, forKey: UTF8Key(key)) {
                snapshot.problems.append(
                    WorkspaceProblem(
                        path: path, message: "has the same key as \(other); where versions collide this one counts",
                        isSkipped: false))
            }
            readVersions(kind, key: key, folder: path, before, into: &snapshot)
        }
    }

    private mutating func readVersions(
        _ kind: Layout.Kind, key: String, folder: String, _ before: [String: Known],
        into snapshot: inout WorkspaceSnapshot
    ) {
        var versions: [Int] = []
        for name in names(in: folder, &snapshot.problems) where !name.hasPrefix(".") && name != "current" {
            guard let version = kind.version(ofName: name) else {
                if kind.looksLikeVersion(name) {
                    snapshot.problems.append(
                        WorkspaceProblem(
                            path: "\(folder)/\(name)", message: "the name is no version number", isSkipped: true))
                }
                continue
            }
            let path = "\(folder)/\(name)"
            let stamps = kind.parts(of: path).map(FileSystem.stamp)
            let entry: Known
            if let old = before[path], old.stamps == stamps {
                entry = old
            } else {
                var problems: [WorkspaceProblem] = []
                let content = Self.load(kind, key: key, version: version, path: path, &problems)
                entry = Known(stamps: stamps, content: content, problems: problems)
            }
            known[path] = entry
            snapshot.problems += entry.problems
            switch entry.content {
            case .config(let config): snapshot.configs.add(config)
            case .abTest(let test): snapshot.abTests.add(test)
            case .prompt(let prompt, let note):
                snapshot.prompts.add(prompt)
                if let note { snapshot.notes[UTF8Key(key), default: [:]][version] = note }
            case .context, .nothing: continue
            }
            versions.append(version)
        }
        guard let highest = versions.max() else { return }
        let pointed = CurrentPointer.read(in: folder, versions: versions, &snapshot.problems)
        snapshot.makeCurrent(kind, key: key, version: pointed ?? highest)
    }

    private static func load(
        _ kind: Layout.Kind, key: String, version: Int, path: String, _ problems: inout [WorkspaceProblem]
    ) -> Content {
        do throws(FileFault) {
            switch kind {
            case .config:
                let record = try VersionFile.record(path, key: key, version: version, &problems)
                return .config(
                    try FileFault.naming(path) { () throws(ConfigRecordError) in try ModelConfig(record: record) })
            case .abTest:
                let record = try VersionFile.record(path, key: key, version: version, &problems)
                return .abTest(
                    try FileFault.naming(path) { () throws(ConfigRecordError) in try PromptABTest(record: record) })
            case .prompt:
                let prompt = PromptRecord(
                    key: key, version: version, systemPrompt: try VersionFile.text("\(path)/system.txt"),
                    userTemplate: try VersionFile.text("\(path)/user.txt"))
                return .prompt(prompt, VersionFile.note("\(path)/meta.json", &problems))
            }
        } catch {
            problems.append(error.problem)
            return .nothing
        }
    }

    private mutating func readContexts(_ before: [String: Known], into snapshot: inout WorkspaceSnapshot) {
        for name in names(in: layout.contexts, &snapshot.problems) where name.hasSuffix(".json") && !name.hasPrefix(".")
        {
            let path = "\(layout.contexts)/\(name)"
            let stamps = [FileSystem.stamp(path)]
            let entry: Known
            if let old = before[path], old.stamps == stamps {
                entry = old
            } else {
                var problems: [WorkspaceProblem] = []
                let content = Self.loadContext(path, name: String(name.dropLast(5)), &problems)
                entry = Known(stamps: stamps, content: content, problems: problems)
            }
            known[path] = entry
            snapshot.problems += entry.problems
            if case .context(let context) = entry.content { snapshot.contexts.append(context) }
        }
        snapshot.contexts.sort { UTF8Key($0.name) < UTF8Key($1.name) }
    }

    private static func loadContext(_ path: String, name: String, _ problems: inout [WorkspaceProblem]) -> Content {
        do throws(FileFault) {
            let record = try VersionFile.json(path)
            let name = KeyEncoding.decode(name) ?? name
            let read = try FileFault.naming(path) { () throws(ConfigRecordError) in
                try NamedContext.read(name: name, record: record)
            }
            for problem in read.problems {
                problems.append(
                    WorkspaceProblem(path: path, field: problem.path, message: problem.message, isSkipped: false))
            }
            return .context(read.context)
        } catch {
            problems.append(error.problem)
            return .nothing
        }
    }

    private func names(in folder: String, _ problems: inout [WorkspaceProblem]) -> [String] {
        do throws(WorkspaceError) {
            return try FileSystem.names(in: folder) ?? []
        } catch {
            problems.append(WorkspaceProblem(path: folder, message: error.description, isSkipped: true))
            return []
        }
    }
}

extension WorkspaceSnapshot {
    /// Moves a key's current version to one that is there.
    fileprivate mutating func makeCurrent(_ kind: Layout.Kind, key: String, version: Int) {
        switch kind {
        case .config: configs[key]?.records[version].map { configs.add($0) }
        case .prompt: prompts[key]?.records[version].map { prompts.add($0) }
        case .abTest: abTests[key]?.records[version].map { abTests.add($0) }
        }
    }
}

extension Layout.Kind {
    /// The version that a name in a key's folder stands for: `12.json`, or the folder `12` of a prompt.
    func version(ofName name: String) -> Int? {
        let digits = self == .prompt ? name[...] : name.hasSuffix(".json") ? name.dropLast(5) : ""
        guard let version = Int(digits), String(version) == digits else { return nil }
        return version
    }

    /// The name in a key's folder of a version.
    func name(ofVersion version: Int) -> String {
        self == .prompt ? "\(version)" : "\(version).json"
    }

    /// Whether a name that stands for no version was perhaps meant to.
    func looksLikeVersion(_ name: String) -> Bool {
        self == .prompt ? name.first?.isNumber == true : name.hasSuffix(".json")
    }

    /// The files that make up a version.
    func parts(of path: String) -> [String] {
        self == .prompt ? ["\(path)/system.txt", "\(path)/user.txt", "\(path)/meta.json"] : [path]
    }
}
