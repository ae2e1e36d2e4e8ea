import Assignment
import OrderedJSON
import Prompts
import TraceModel

@testable import Console

/// The workspace behind the robot: carries actions out as the real one does, in memory.
struct RobotWorkspace {
    /// What it holds. As in the real one its drafts are those of the start: each editor keeps its own.
    var bench: Workbench
    /// What was asked for, the oldest first.
    private(set) var actions: [WorkspaceAction] = []
    /// Drafts as they would lie on disk, by kind and key.
    private(set) var drafts: [WorkDraft] = []
    /// Versions that another saved meanwhile, told with the next answer.
    var savedByOthers: [Int] = []

    /// Why an action failed.
    struct Failure: Error {
        let message: String
    }

    init(_ bench: Workbench) {
        self.bench = bench
        drafts = bench.drafts
    }

    mutating func perform(_ action: WorkspaceAction) throws -> WorkspaceOutcome {
        actions.append(action)
        switch action {
        case .saveConfig(let record, let key, _, let makesCurrent):
            let version = (bench.configs[key]?.ascending.last ?? 0) + 1
            let config = try ModelConfig(record: stamped(record, key, version))
            bench.configs.add(config, key: key, version: version, isCurrent: makesCurrent)
            return saved(version, makesCurrent)
        case .useConfig(let key, let version, let expecting):
            try check(expecting, bench.configs[key]?.currentVersion)
            if let config = bench.configs[key]?.records[version] { bench.configs.add(config) }
        case .savePrompt(let draft, let note, let makesCurrent):
            let key = draft.key
            let version = (bench.prompts[key]?.ascending.last ?? 0) + 1
            let record = PromptRecord(
                key: key, version: version, systemPrompt: draft[part: "system"] ?? "",
                userTemplate: draft[part: "user"] ?? "")
            bench.prompts.add(record, key: key, version: version, isCurrent: makesCurrent)
            bench.notes.append(PromptNote(key: key, version: version, note: note, author: nil, createdAt: nil))
            return saved(version, makesCurrent)
        case .usePrompt(let key, let version, let expecting):
            try check(expecting, bench.prompts[key]?.currentVersion)
            if let prompt = bench.prompts[key]?.records[version] {
                bench.prompts.add(prompt, key: key, version: version)
            }
        case .saveContext(let context):
            bench.contexts.removeAll { $0.name == context.name }
            bench.contexts.append(context)
        case .removeContext(let name): bench.contexts.removeAll { $0.name == name }
        case .saveDraft(let draft):
            drafts.removeAll { $0.kind == draft.kind && $0.key == draft.key }
            drafts.append(draft)
        case .removeDraft(let draft): drafts.removeAll { $0.kind == draft.kind && $0.key == draft.key }
        case .saveSample(let sample):
            bench.samples.removeAll { $0.key == sample.key && $0.name == sample.name }
            bench.samples.append(sample)
        case .saveABTest(let record, let key, _, let makesCurrent):
            return try saveTest(record, key, makesCurrent)
        case .useABTest(let key, let version, let expecting):
            try check(expecting, bench.abTests[key]?.currentVersion)
            if let test = bench.abTests[key]?.records[version] { bench.abTests.add(test) }
        case .stopABTest(let key, let winner):
            guard let test = bench.abTests[key]?.current else { throw Failure(message: "no test \(key)") }
            let variants = (test.record["variants"]?.array ?? []).enumerated().map { index, variant in
                variant.setting("weight", .number(index == winner ? 100 : 0))
            }
            return try saveTest(test.record.setting("variants", .array(variants)).compactText, key, true)
        }
        return .done
    }

    private mutating func saveTest(
        _ record: String, _ key: String, _ makesCurrent: Bool
    ) throws -> WorkspaceOutcome {
        let version = (bench.abTests[key]?.ascending.last ?? 0) + 1
        let test = try PromptABTest(record: stamped(record, key, version))
        bench.abTests.add(test, key: key, version: version, isCurrent: makesCurrent)
        return saved(version, makesCurrent)
    }

    private func stamped(_ record: String, _ key: String, _ version: Int) throws -> JSONValue {
        var members = try JSONValue(parsing: Array(record.utf8)).object ?? []
        members.removeAll { $0.name == "key" || $0.name == "version" }
        return .object([JSONMember("key", .string(key)), JSONMember("version", .number(version))] + members)
    }

    private mutating func saved(_ version: Int, _ isCurrent: Bool) -> WorkspaceOutcome {
        defer { savedByOthers = [] }
        return .saved(version: version, savedByOthers: savedByOthers, isCurrent: isCurrent)
    }

    private func check(_ expected: Int?, _ found: Int?) throws {
        guard expected == found else { throw Failure(message: "another made version \(found ?? 0) current meanwhile") }
    }
}
