import Assignment
import Dispatch
import OrderedJSON
import Prompts
import Synchronization
import SystemCalls
import WorkspaceModel

/// Reads a workspace from disk. What did not change since the last time is not read again.
struct WorkspaceReader: Sendable {
    let layout: Layout
    /// What was read before, by path.
    private var known: [String: Known] = [:]
    /// The versions found last, and those that pointers name.
    private(set) var found: [SeenVersions.Version] = []

    /// A file or version folder as it was read, and the stamps that tell whether it still is.
    private struct Known: Sendable {
        var stamps: [FileFacts?]
        var content: Content
        var problems: [WorkspaceProblem]
        /// Of a version's content.
        var digest: UInt64?
    }

    /// What a file or version folder turned out to be.
    fileprivate enum Content: Sendable {
        case config(ModelConfig)
        case prompt(PromptRecord, VersionNote?)
        case abTest(PromptABTest)
        case context(SampleContext)
        case samples([PromptSample])
        case plan(DecisionPlan, config: String)
        case nothing
    }

    init(layout: Layout) {
        self.layout = layout
    }

    /// The workspace as it is now. A folder that is not there is an empty one.
    mutating func read(revision: Int) -> WorkspaceSnapshot {
        var snapshot = WorkspaceSnapshot(path: layout.root, revision: revision)
        let files = layout.files
        var places: [Place] = []
        for kind in RecordKind.allCases { findVersions(kind, files, &places, &snapshot.problems) }
        findContexts(files, &places, &snapshot.problems)
        places = Self.bounded(places, &snapshot.problems)
        readChanged(places, files)
        var folders: [String: Versions] = [:]
        found = []
        for place in places {
            guard let entry = known[place.path] else { continue }
            snapshot.problems += entry.problems
            guard case .version(let kind, let key, let version) = place.subject else {
                _ = snapshot.add(entry.content)
                continue
            }
            found.append(SeenVersions.Version(kind: kind, key: key, number: version, digest: entry.digest))
            if snapshot.add(entry.content) {
                folders[place.folder, default: Versions(kind: kind, key: key)].numbers.append(version)
            }
        }
        for (folder, versions) in folders { point(versions, folder, files, &snapshot) }
        tellAmbiguous(&snapshot)
        snapshot.contexts.sort { UTF8Key($0.name) < UTF8Key($1.name) }
        snapshot.problems.sort { ($0.path, $0.line ?? 0, $0.column ?? 0) < ($1.path, $1.line ?? 0, $1.column ?? 0) }
        return snapshot
    }

    /// Makes a key's current version the one its pointer names, else the highest.
    private mutating func point(
        _ versions: Versions, _ folder: String, _ files: WorkspaceFiles, _ snapshot: inout WorkspaceSnapshot
    ) {
        let pointed = CurrentPointer.read(in: folder, of: files, versions: versions.numbers, &snapshot.problems)
        if pointed == nil, let named = try? CurrentPointer.version(ofFolder: folder, of: files) {
            found.append(SeenVersions.Version(kind: versions.kind, key: versions.key, number: named))
        }
        guard let version = pointed ?? versions.numbers.max() else { return }
        snapshot.makeCurrent(versions.kind, key: versions.key, version: version)
    }

    /// Calls are counted by number: one that stood for other content before gives figures of both as one.
    private func tellAmbiguous(_ snapshot: inout WorkspaceSnapshot) {
        let seen = SeenVersions(layout)
        for version in found where version.digest != nil && seen.isAmbiguous(version) {
            let path = (try? layout.folder(version.kind, key: version.key)) ?? layout.folder(version.kind)
            snapshot.problems.append(
                WorkspaceProblem(
                    path: "\(path)/\(version.kind.name(ofVersion: version.number))",
                    message:
                        "version \(version.number) held other content before (another branch, or a change by hand): "
                        + "calls of both are counted as one; save it anew for a number of its own, or take its lines out "
                        + "of \(layout.drafts)/seen", isSkipped: false))
        }
    }

    /// Something that is read as one: a version, or a context.
    private struct Place: Sendable {
        enum Subject {
            case version(RecordKind, key: String, Int)
            case context(name: String)
            case samples(prompt: String)
            case plan(config: String)
        }

        var folder: String
        var path: String
        var stamps: [FileFacts?]
        var subject: Subject

        /// Bytes that reading it takes; a file that is too large is not read.
        var size: Int {
            stamps.reduce(0) { $0 + ($1.map { $0.size > Int64(WorkspaceFiles.largestFile) ? 0 : Int($0.size) } ?? 0) }
        }
    }

    /// The versions found in a key's folder.
    private struct Versions {
        var kind: RecordKind
        var key: String
        var numbers: [Int] = []
    }

    /// As much as a workspace may hold; what is left out is told.
    private static func bounded(_ places: [Place], _ problems: inout [WorkspaceProblem]) -> [Place] {
        var room = WorkspaceFiles.mostBytes
        return places.filter { place in
            if place.size <= room {
                room -= place.size
                return true
            }
            let message = "is left out: the workspace holds more than \(WorkspaceFiles.mostBytes >> 20) MB"
            problems.append(WorkspaceProblem(path: place.path, message: message, isSkipped: true))
            return false
        }
    }

    /// Reads what is new or has another stamp than before, on all cores: opening a large workspace is parsing.
    private mutating func readChanged(_ places: [Place], _ files: WorkspaceFiles) {
        let before = known
        known = [:]
        known.reserveCapacity(places.count)
        var changed: [Place] = []
        for place in places {
            if let old = before[place.path], old.stamps == place.stamps {
                known[place.path] = old
            } else {
                changed.append(place)
            }
        }
        let work = changed
        let read = Mutex<[String: Known]>([:])
        let chunk = 16
        DispatchQueue.concurrentPerform(iterations: (work.count + chunk - 1) / chunk) { index in
            let entries = work[(index * chunk)..<min(work.count, (index + 1) * chunk)].map {
                ($0.path, Self.load($0, files))
            }
            read.withLock { read in for (path, entry) in entries { read[path] = entry } }
        }
        read.withLock { read in known.merge(read) { _, new in new } }
    }

    private func findVersions(
        _ kind: RecordKind, _ files: WorkspaceFiles, _ places: inout [Place], _ problems: inout [WorkspaceProblem]
    ) {
        let root = layout.folder(kind)
        var folders: [UTF8Key: String] = [:]
        for name in names(in: root, files, &problems) where !name.hasPrefix(".") {
            let folder = "\(root)/\(name)"
            guard Files.isFolder(folder) else { continue }
            guard let key = KeyEncoding.decode(name) else {
                let message = "the folder's name is no percent-encoded key"
                problems.append(WorkspaceProblem(path: folder, message: message, isSkipped: true))
                continue
            }
            if let other = folders.updateValue(folder, forKey: UTF8Key(key)) {
                let message = "has the same key as \(other); where versions collide this one counts"
                problems.append(WorkspaceProblem(path: folder, message: message, isSkipped: false))
            }
            for name in names(in: folder, files, &problems) where !name.hasPrefix(".") && name != "current" {
                let path = "\(folder)/\(name)"
                if let version = kind.version(ofName: name) {
                    let stamps = kind.parts(of: path).map { FileFacts(at: $0) }
                    places.append(
                        Place(folder: folder, path: path, stamps: stamps, subject: .version(kind, key: key, version)))
                } else if kind == .prompt, name == PromptSample.fileName {
                    places.append(
                        Place(
                            folder: folder, path: path, stamps: [FileFacts(at: path)],
                            subject: .samples(prompt: key)))
                } else if kind == .config, name == DecisionPlan.fileName {
                    places.append(
                        Place(folder: folder, path: path, stamps: [FileFacts(at: path)], subject: .plan(config: key)))
                } else if kind.looksLikeVersion(name) {
                    let message = "the name is no version number"
                    problems.append(WorkspaceProblem(path: path, message: message, isSkipped: true))
                }
            }
        }
    }

    private func findContexts(
        _ files: WorkspaceFiles, _ places: inout [Place], _ problems: inout [WorkspaceProblem]
    ) {
        let folder = layout.contexts
        for name in names(in: folder, files, &problems) where name.hasSuffix(".json") && !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            let base = String(name.dropLast(5))
            places.append(
                Place(
                    folder: folder, path: path, stamps: [FileFacts(at: path)],
                    subject: .context(name: KeyEncoding.decode(base) ?? base)))
        }
    }

    private static func load(_ place: Place, _ files: WorkspaceFiles) -> Known {
        var problems: [WorkspaceProblem] = []
        let content =
            switch place.subject {
            case .version(let kind, let key, let version):
                load(kind, key: key, version: version, path: place.path, files, &problems)
            case .context(let name): loadContext(place.path, name: name, files, &problems)
            case .samples(let key): loadSamples(place.path, prompt: key, files, &problems)
            case .plan(let key): loadPlan(place.path, config: key, files, &problems)
            }
        return Known(stamps: place.stamps, content: content, problems: problems, digest: content.digest)
    }

    private static func load(
        _ kind: RecordKind, key: String, version: Int, path: String, _ files: WorkspaceFiles,
        _ problems: inout [WorkspaceProblem]
    ) -> Content {
        do throws(FileFault) {
            switch kind {
            case .config:
                let record = try files.record(path, key: key, version: version, &problems)
                return .config(
                    try FileFault.naming(path) { () throws(ConfigRecordError) in try ModelConfig(record: record) })
            case .abTest:
                let record = try files.record(path, key: key, version: version, &problems)
                return .abTest(
                    try FileFault.naming(path) { () throws(ConfigRecordError) in try PromptABTest(record: record) })
            case .prompt:
                let prompt = PromptRecord(
                    key: key, version: version, systemPrompt: try files.text("\(path)/system.txt"),
                    userTemplate: try files.text("\(path)/user.txt"))
                return .prompt(prompt, files.note("\(path)/meta.json", &problems))
            }
        } catch {
            problems.append(error.problem)
            return .nothing
        }
    }

    private static func loadContext(
        _ path: String, name: String, _ files: WorkspaceFiles, _ problems: inout [WorkspaceProblem]
    ) -> Content {
        do throws(FileFault) {
            let record = try files.json(path)
            let read = try FileFault.naming(path) { () throws(ConfigRecordError) in
                try SampleContext.read(name: name, record: record)
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

    private static func loadSamples(
        _ path: String, prompt key: String, _ files: WorkspaceFiles, _ problems: inout [WorkspaceProblem]
    ) -> Content {
        do throws(FileFault) {
            return .samples(PromptSample.all(ofPrompt: key, record: try files.json(path)))
        } catch {
            problems.append(error.problem)
            return .nothing
        }
    }

    private static func loadPlan(
        _ path: String, config key: String, _ files: WorkspaceFiles, _ problems: inout [WorkspaceProblem]
    ) -> Content {
        do throws(FileFault) {
            let read = DecisionPlan.read(try files.json(path))
            for problem in read.problems {
                problems.append(
                    WorkspaceProblem(path: path, field: problem.path, message: problem.message, isSkipped: false))
            }
            return .plan(read.plan, config: key)
        } catch {
            problems.append(error.problem)
            return .nothing
        }
    }

    private func names(
        in folder: String, _ files: WorkspaceFiles, _ problems: inout [WorkspaceProblem]
    ) -> [String] {
        do throws(WorkspaceError) {
            return try files.names(in: folder) ?? []
        } catch {
            problems.append(WorkspaceProblem(path: folder, message: error.description, isSkipped: true))
            return []
        }
    }
}

extension WorkspaceReader.Content {
    /// A digest of what a version holds; how its file is laid out does not count.
    fileprivate var digest: UInt64? {
        switch self {
        case .config(let config): SeenVersions.digest([config.record.compactBytes])
        case .abTest(let test): SeenVersions.digest([test.record.compactBytes])
        case .prompt(let prompt, _):
            SeenVersions.digest([Array(prompt.systemPrompt.utf8), Array(prompt.userTemplate.utf8)])
        case .context, .samples, .plan, .nothing: nil
        }
    }
}

extension WorkspaceSnapshot {
    /// Takes in what a file turned out to be; `false` when that is nothing.
    fileprivate mutating func add(_ content: WorkspaceReader.Content) -> Bool {
        switch content {
        case .config(let config): configs.add(config)
        case .abTest(let test): abTests.add(test)
        case .context(let context): contexts.append(context)
        case .samples(let read): samples += read
        case .plan(let plan, let key): add(plan, ofConfig: key)
        case .prompt(let prompt, let note):
            prompts.add(prompt)
            if let note { add(note, ofPrompt: prompt.key, version: prompt.version) }
        case .nothing: return false
        }
        return true
    }

    /// Moves a key's current version to one that is there.
    fileprivate mutating func makeCurrent(_ kind: RecordKind, key: String, version: Int) {
        switch kind {
        case .config: configs[key]?.records[version].map { configs.add($0) }
        case .prompt: prompts[key]?.records[version].map { prompts.add($0) }
        case .abTest: abTests[key]?.records[version].map { abTests.add($0) }
        }
    }
}

extension RecordKind {
    /// The version that a name in a key's folder stands for: `12.json`, or the folder `12` of a prompt.
    func version(ofName name: String) -> Int? {
        let digits = self == .prompt ? name[...] : name.hasSuffix(".json") ? name.dropLast(5) : ""
        guard let version = Int(digits), String(version) == digits, version <= SeenVersions.highestNumber else {
            return nil
        }
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
