import TraceModel
import Workspace
import WorkspaceModel

/// The workspace behind the console: hands out the drafts of an earlier run and carries out what screens ask for.
struct WorkspaceDesk: Sendable {
    let folder: WorkspaceFolder
    /// Who new versions are signed by.
    let author: String?
    let now: @Sendable () -> Timestamp
    /// Whose drafts are kept here.
    var owner = DraftOwner.current

    /// Drafts that processes left which are no more: each editor keeps its own from then on.
    func drafts() -> [Draft] { (try? folder.takeOverDrafts(as: owner)) ?? [] }

    /// Carries an action out; blocks for the time of the file operations.
    func perform(_ action: WorkspaceAction) throws(WorkspaceError) -> WorkspaceOutcome {
        switch action {
        case .saveConfig(let record, let key, let seen, let makesCurrent):
            return .saved(try folder.saveConfig(record, key: key, seen: seen, makesCurrent: makesCurrent))
        case .saveABTest(let record, let key, let seen, let makesCurrent):
            return .saved(try folder.saveABTest(record, key: key, seen: seen, makesCurrent: makesCurrent))
        case .savePrompt(let draft, let text, let makesCurrent):
            let note = VersionNote(note: text, author: author, createdAt: now(), basedOn: draft.basedOn)
            return .saved(
                try folder.savePrompt(
                    key: draft.key, system: draft[part: "system"] ?? "", user: draft[part: "user"] ?? "", note: note,
                    seen: draft.seen, makesCurrent: makesCurrent))
        case .savePlan(let plan, let key): try folder.savePlan(plan, ofConfig: key)
        case .stopABTest(let key, let winner): return .saved(try folder.stopABTest(key: key, winner: winner))
        case .use(let kind, let key, let version, let expecting):
            try folder.use(kind, key: key, version: version, expecting: expecting)
        case .saveContext(let context): try folder.saveContext(context)
        case .removeContext(let name): try folder.removeContext(name: name)
        case .saveSample(let sample): try folder.saveSample(sample)
        case .saveDraft(let draft): try folder.saveDraft(draft, of: owner)
        case .removeDraft(let draft): try folder.removeDraft(draft, of: owner)
        }
        return .done
    }

    /// Before a version is saved: numbers that calls were recorded with are not given again. What cannot be asked is no
    /// reason not to save.
    func rememberCalls(of action: WorkspaceAction, in reader: any TraceReader) async {
        switch action {
        case .saveConfig(_, let key, _, _): await folder.rememberCalls(of: .config, key: key, in: reader)
        case .savePrompt(let draft, _, _): await folder.rememberCalls(of: .prompt, key: draft.key, in: reader)
        default: return
        }
    }
}

extension WorkspaceFolder {
    /// Takes note of the highest version that calls were recorded with.
    func rememberCalls(of kind: RecordKind, key: String, in reader: any TraceReader) async {
        let highest: Int? =
            switch kind {
            case .config: (try? await reader.highestVersion(ofConfig: key)) ?? nil
            case .prompt: (try? await reader.highestVersion(ofPrompt: key)) ?? nil
            case .abTest: nil
            }
        if let highest { try? remember(kind, key: key, version: highest) }
    }
}
