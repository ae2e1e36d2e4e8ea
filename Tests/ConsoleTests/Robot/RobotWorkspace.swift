import Assignment
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

@testable import Console

/// The workspace behind the robot: carries actions out as the real one does, in memory.
struct RobotWorkspace {
    /// What it holds.
    var snapshot: WorkspaceSnapshot
    /// What was asked for, the oldest first.
    private(set) var actions: [WorkspaceAction] = []
    /// Drafts as they would lie on disk, by kind and key.
    private(set) var drafts: [Draft] = []
    /// Versions that another saved meanwhile, told with the next answer.
    var savedByOthers: [Int] = []

    /// Why an action failed.
    struct Failure: Error {
        let message: String
    }

    init(_ snapshot: WorkspaceSnapshot, drafts: [Draft]) {
        self.snapshot = snapshot
        self.drafts = drafts
    }

    mutating func perform(_ action: WorkspaceAction) throws -> WorkspaceOutcome {
        actions.append(action)
        switch action {
        case .saveConfig(let record, let key, _, let makesCurrent):
            let version = (snapshot.configs[key]?.ascending.last ?? 0) + 1
            let config = try ModelConfig(record: stamped(record, key, version))
            snapshot.configs.add(config, key: key, version: version, isCurrent: makesCurrent)
            return saved(version, makesCurrent)
        case .savePrompt(let draft, let note, let makesCurrent):
            let key = draft.key
            let version = (snapshot.prompts[key]?.ascending.last ?? 0) + 1
            let record = PromptRecord(
                key: key, version: version, systemPrompt: draft[part: "system"] ?? "",
                userTemplate: draft[part: "user"] ?? "")
            snapshot.prompts.add(record, key: key, version: version, isCurrent: makesCurrent)
            snapshot.add(VersionNote(note: note), ofPrompt: key, version: version)
            return saved(version, makesCurrent)
        case .use(let kind, let key, let version, let expecting): try use(kind, key, version, expecting)
        case .savePlan(let plan, let key): snapshot.add(plan, ofConfig: key)
        case .saveContext(let context):
            snapshot.contexts.removeAll { $0.name == context.name }
            snapshot.contexts.append(context)
        case .removeContext(let name): snapshot.contexts.removeAll { $0.name == name }
        case .saveDraft(let draft):
            drafts.removeAll { $0.kind == draft.kind && $0.key == draft.key }
            drafts.append(draft)
        case .removeDraft(let draft): drafts.removeAll { $0.kind == draft.kind && $0.key == draft.key }
        case .saveSample(let sample):
            snapshot.samples.removeAll { $0.key == sample.key && $0.name == sample.name }
            snapshot.samples.append(sample)
        case .saveABTest(let record, let key, _, let makesCurrent):
            return try saveTest(record, key, makesCurrent)
        case .stopABTest(let key, let winner):
            guard let test = snapshot.abTests[key]?.current else { throw Failure(message: "no test \(key)") }
            let variants = (test.record["variants"]?.array ?? []).enumerated().map { index, variant in
                variant.setting("weight", .number(index == winner ? 100 : 0))
            }
            return try saveTest(test.record.setting("variants", .array(variants)), key, true)
        }
        return .done
    }

    private mutating func use(_ kind: RecordKind, _ key: String, _ version: Int, _ expecting: Int?) throws {
        switch kind {
        case .config:
            try check(expecting, snapshot.configs[key]?.currentVersion)
            if let config = snapshot.configs[key]?.records[version] { snapshot.configs.add(config) }
        case .prompt:
            try check(expecting, snapshot.prompts[key]?.currentVersion)
            if let prompt = snapshot.prompts[key]?.records[version] { snapshot.prompts.add(prompt) }
        case .abTest:
            try check(expecting, snapshot.abTests[key]?.currentVersion)
            if let test = snapshot.abTests[key]?.records[version] { snapshot.abTests.add(test) }
        }
    }

    private mutating func saveTest(
        _ record: JSONValue, _ key: String, _ makesCurrent: Bool
    ) throws -> WorkspaceOutcome {
        let version = (snapshot.abTests[key]?.ascending.last ?? 0) + 1
        let test = try PromptABTest(record: stamped(record, key, version))
        snapshot.abTests.add(test, key: key, version: version, isCurrent: makesCurrent)
        return saved(version, makesCurrent)
    }

    private func stamped(_ record: JSONValue, _ key: String, _ version: Int) -> JSONValue {
        var members = record.object ?? []
        members.removeAll { $0.name == "key" || $0.name == "version" }
        return .object([JSONMember("key", .string(key)), JSONMember("version", .number(version))] + members)
    }

    private mutating func saved(_ version: Int, _ isCurrent: Bool) -> WorkspaceOutcome {
        defer { savedByOthers = [] }
        return .saved(SavedVersion(version: version, savedByOthers: savedByOthers, isCurrent: isCurrent))
    }

    private func check(_ expected: Int?, _ found: Int?) throws {
        guard expected == found else { throw Failure(message: "another made version \(found ?? 0) current meanwhile") }
    }
}
