import Console
import OrderedJSON
import TraceModel
import Workspace

/// The workspace behind the console: tells of changes and carries out what screens ask for.
struct WorkspaceDesk: Sendable {
    let folder: WorkspaceFolder
    /// Who new versions are signed by.
    let author: String?
    let now: @Sendable () -> Timestamp
    /// Whose drafts are kept here.
    var owner = DraftOwner.current

    /// The workspace as it is now, and again after every change, ours or another's. Drafts are read at the start only, those
    /// that processes left which are no more: each editor keeps its own.
    func changes() -> AsyncStream<Workbench> {
        let folder = folder
        let drafts = (try? folder.takeOverDrafts(as: owner)) ?? []
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let task = Task {
                for await snapshot in folder.changes() {
                    var bench = Workbench(snapshot, path: folder.path, drafts: drafts)
                    bench.readSamples(in: folder)
                    continuation.yield(bench)
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Carries an action out; blocks for the time of the file operations.
    ///
    /// - Throws: `WorkspaceError`, or `JSONError` for a record that is no JSON.
    func perform(_ action: WorkspaceAction) throws -> WorkspaceOutcome {
        switch action {
        case .saveConfig(let record, let key, let seen, let makesCurrent):
            return WorkspaceOutcome(
                try folder.saveConfig(
                    try JSONValue(parsing: Array(record.utf8)), key: key, seen: seen, makesCurrent: makesCurrent))
        case .saveABTest(let record, let key, let seen, let makesCurrent):
            return WorkspaceOutcome(
                try folder.saveABTest(
                    try JSONValue(parsing: Array(record.utf8)), key: key, seen: seen, makesCurrent: makesCurrent))
        case .savePrompt(let draft, let text, let makesCurrent):
            let note = VersionNote(note: text, author: author, createdAt: now(), basedOn: draft.basedOn)
            return WorkspaceOutcome(
                try folder.savePrompt(
                    key: draft.key, system: draft[part: "system"] ?? "", user: draft[part: "user"] ?? "", note: note,
                    seen: draft.seen, makesCurrent: makesCurrent))
        case .stopABTest(let key, let winner):
            return WorkspaceOutcome(try folder.stopABTest(key: key, winner: winner))
        case .useConfig(let key, let version, let expecting):
            try folder.useConfig(key: key, version: version, expecting: expecting)
        case .usePrompt(let key, let version, let expecting):
            try folder.usePrompt(key: key, version: version, expecting: expecting)
        case .useABTest(let key, let version, let expecting):
            try folder.useABTest(key: key, version: version, expecting: expecting)
        case .saveContext(let context): try folder.saveContext(NamedContext(context))
        case .removeContext(let name): try folder.removeContext(name: name)
        case .saveSample(let sample):
            try folder.saveSample(
                VariableSample(name: sample.name, variables: sample.variables), ofPrompt: sample.key)
        case .saveDraft(let draft): try folder.saveDraft(Draft(draft, owner: owner))
        case .removeDraft(let draft): try folder.removeDraft(Draft(draft, owner: owner))
        }
        return .done
    }
}

extension WorkspaceOutcome {
    init(_ saved: SavedVersion) {
        self = .saved(version: saved.version, savedByOthers: saved.savedByOthers, isCurrent: saved.isCurrent)
    }
}
