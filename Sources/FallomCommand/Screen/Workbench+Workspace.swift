import Assignment
import Console
import TraceModel
import Workspace

extension Workbench {
    /// What the console sees of a workspace.
    init(_ snapshot: WorkspaceSnapshot, path: String, drafts: [Draft]) {
        self.init(
            path: path, configs: snapshot.configs, prompts: snapshot.prompts, abTests: snapshot.abTests,
            contexts: snapshot.contexts.map(SampleContext.init), notes: Self.notes(snapshot),
            drafts: drafts.compactMap(WorkDraft.init), problems: snapshot.problems.map(\.description))
    }

    /// Reads the saved variables of every prompt; a file that cannot be read is a problem to show.
    mutating func readSamples(in folder: WorkspaceFolder) {
        for key in prompts.keys {
            do throws(WorkspaceError) {
                samples += try folder.samples(ofPrompt: key).map {
                    PromptSample(key: key, name: $0.name, variables: $0.variables)
                }
            } catch {
                problems.append(error.description)
            }
        }
    }

    private static func notes(_ snapshot: WorkspaceSnapshot) -> [PromptNote] {
        snapshot.prompts.keys.flatMap { key in
            (snapshot.prompts[key]?.ascending ?? []).compactMap { version in
                snapshot.note(ofPrompt: key, version: version).map { note in
                    PromptNote(
                        key: key, version: version, note: note.note, author: note.author,
                        createdAt: note.createdAt)
                }
            }
        }
    }
}

extension SampleContext {
    init(_ context: NamedContext) {
        self.init(
            name: context.name, sessionID: context.sessionID, customerID: context.customerID, context: context.context)
    }
}

extension NamedContext {
    init(_ context: SampleContext) {
        self.init(
            name: context.name, sessionID: context.sessionID, customerID: context.customerID, context: context.context)
    }
}

extension WorkDraft {
    /// `nil` for a kind the console does not edit.
    init?(_ draft: Draft) {
        let kind: Kind
        switch draft.kind {
        case .config: kind = .config
        case .prompt: kind = .prompt
        case .abTest: kind = .abTest
        case .context: return nil
        }
        self.init(
            kind: kind, key: draft.key, basedOn: draft.basedOn, seen: draft.seen, savedAt: draft.savedAt,
            parts: draft.parts.map { Part(name: $0.name, text: $0.text) })
    }
}

extension Draft {
    init(_ draft: WorkDraft, owner: DraftOwner) {
        let kind: Kind =
            switch draft.kind {
            case .config: .config
            case .prompt: .prompt
            case .abTest: .abTest
            }
        self.init(
            kind: kind, key: draft.key, id: owner.id, basedOn: draft.basedOn, seen: draft.seen, savedAt: draft.savedAt,
            parts: draft.parts.map { Part(name: $0.name, text: $0.text) })
    }
}
