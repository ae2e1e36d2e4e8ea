public import Assignment
public import OrderedJSON
import Prompts
import WorkspaceModel

/// What an import did.
public struct RecordImport: Hashable, Sendable {
    /// One record of an import.
    public struct Item: Hashable, Sendable {
        /// `config`, `prompt` or `prompt A/B test`.
        public let kind: String
        /// Its key.
        public let key: String
        /// Its version.
        public let version: Int
    }

    /// Versions that were not there before.
    public internal(set) var created: [Item] = []
    /// Versions that were there, the same.
    public internal(set) var unchanged: [Item] = []
    /// Versions that are there with other content: left as they are.
    public internal(set) var conflicts: [Item] = []
    /// Records that cannot be used, with the place in the input.
    public internal(set) var rejected: [ConfigProblem] = []

    mutating func reject(path: String, message: String) {
        rejected.append(ConfigProblem(path: path, message: message))
    }
}

/// For which keys an import decides what is current.
public enum ImportedCurrent: Hashable, Sendable {
    /// For every key.
    case always
    /// For every key whose version is here as it was given: not for one that is a conflict.
    case serves
    /// For keys that were not here before.
    case ofNewKeys
}

extension WorkspaceSnapshot {
    fileprivate func has(_ kind: RecordKind, _ key: String) -> Bool {
        switch kind {
        case .config: configs[key] != nil
        case .prompt: prompts[key] != nil
        case .abTest: abTests[key] != nil
        }
    }
}

extension WorkspaceFolder {
    /// Takes over records as the API gives them: an object with any of `configs`, `config_versions` (by key, then by
    /// version), `prompts` and `prompt_ab_tests`.
    ///
    /// In each list the last record of a key is the current one, as in the API. A version that is there is never changed.
    ///
    /// - Parameter current: for which keys it becomes current here, too.
    public func importRecords(
        _ records: JSONValue, current: ImportedCurrent = .always
    ) throws(WorkspaceError) -> RecordImport {
        let lock = try WriteLock(root: layout.root)
        var report = RecordImport()
        let before = load()
        var currents = Currents()
        for (key, versions) in (records["config_versions"]?.object ?? []).map({ ($0.name, $0.value.object ?? []) }) {
            for member in versions {
                let path = "config_versions.\(key).\(member.name)"
                try importConfig(member.value, path: path, &report)
            }
        }
        for (index, record) in (records["configs"]?.array ?? []).enumerated() {
            if let item = try importConfig(record, path: "configs[\(index)]", &report) {
                currents.note(.config, item)
            }
        }
        for (index, record) in (records["prompts"]?.array ?? []).enumerated() {
            if let item = try importPrompt(record, path: "prompts[\(index)]", &report) { currents.note(.prompt, item) }
        }
        for (index, record) in (records["prompt_ab_tests"]?.array ?? []).enumerated() {
            if let item = try importABTest(record, path: "prompt_ab_tests[\(index)]", &report) {
                currents.note(.abTest, item)
            }
        }
        for (kind, item) in currents.items {
            // What is here under that number is something else: it is not what is served there.
            if current == .ofNewKeys, before.has(kind, item.key) { continue }
            if current == .serves, report.conflicts.contains(item) { continue }
            let folder = try layout.files.folder(try layout.folder(kind, key: item.key))
            try CurrentPointer.write(item.version, in: folder)
        }
        _ = load()
        noteVersions(under: lock)
        _ = consume lock
        return report
    }

    /// The version of each key that came last.
    private struct Currents {
        var items: [(kind: RecordKind, item: RecordImport.Item)] = []

        mutating func note(_ kind: RecordKind, _ item: RecordImport.Item) {
            items.removeAll { $0.kind == kind && UTF8Key($0.item.key) == UTF8Key(item.key) }
            items.append((kind, item))
        }
    }

    @discardableResult
    private func importConfig(
        _ record: JSONValue, path: String, _ report: inout RecordImport
    ) throws(WorkspaceError) -> RecordImport.Item? {
        let config: ModelConfig
        do throws(ConfigRecordError) {
            config = try ModelConfig(record: record)
        } catch {
            report.rejected.append(ConfigProblem(path: path, message: error.description))
            return nil
        }
        return try place(.config, key: config.key, version: config.version, record: record, &report)
    }

    private func importABTest(
        _ record: JSONValue, path: String, _ report: inout RecordImport
    ) throws(WorkspaceError) -> RecordImport.Item? {
        let test: PromptABTest
        do throws(ConfigRecordError) {
            test = try PromptABTest(record: record)
        } catch {
            report.rejected.append(ConfigProblem(path: path, message: error.description))
            return nil
        }
        return try place(.abTest, key: test.key, version: test.version, record: record, &report)
    }

    private func importPrompt(
        _ record: JSONValue, path: String, _ report: inout RecordImport
    ) throws(WorkspaceError) -> RecordImport.Item? {
        let prompt: PromptRecord
        do throws(ConfigRecordError) {
            prompt = try PromptRecord(record: record)
        } catch {
            report.rejected.append(ConfigProblem(path: path, message: error.description))
            return nil
        }
        let content = VersionContent.folder([
            ("system.txt", Array(prompt.systemPrompt.utf8)), ("user.txt", Array(prompt.userTemplate.utf8)),
            ("meta.json", VersionNote(note: record["note"]?.string).record.prettyBytes),
        ])
        return try place(.prompt, key: prompt.key, version: prompt.version, content, &report) { folder in
            let system = try? layout.files.bytes("\(folder)/system.txt")
            let user = try? layout.files.bytes("\(folder)/user.txt")
            return system == Array(prompt.systemPrompt.utf8) && user == Array(prompt.userTemplate.utf8)
        }
    }

    private func place(
        _ kind: RecordKind, key: String, version: Int, record: JSONValue, _ report: inout RecordImport
    ) throws(WorkspaceError) -> RecordImport.Item {
        let content = VersionContent.file(record.prettyBytes + [UInt8(ascii: "\n")])
        return try place(kind, key: key, version: version, content, &report) { path in
            (try? layout.files.json(path))?.compactBytes == record.compactBytes
        }
    }

    private func place(
        _ kind: RecordKind, key: String, version: Int, _ content: VersionContent, _ report: inout RecordImport,
        isSame: (String) -> Bool
    ) throws(WorkspaceError) -> RecordImport.Item {
        let folder = try layout.files.folder(try layout.folder(kind, key: key))
        let name = kind.name(ofVersion: version)
        let item = RecordImport.Item(kind: kind.inWords, key: key, version: version)
        if try create(content, name: name, in: folder) {
            report.created.append(item)
        } else if isSame("\(folder.path)/\(name)") {
            report.unchanged.append(item)
        } else {
            report.conflicts.append(item)
        }
        return item
    }
}
