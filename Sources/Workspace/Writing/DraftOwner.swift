import SystemCalls
public import WorkspaceModel

/// The process a draft belongs to, told in the draft's id: two consoles on one workspace never write over each other's
/// drafts, and what one of them left behind when it ended is taken over.
public struct DraftOwner: Hashable, Sendable {
    /// The id of its drafts: the process id, and when that process began, since ids are used again.
    public let id: String

    /// An owner of that id.
    public init(id: String) {
        self.id = id
    }

    /// This process.
    public static let current = DraftOwner(id: id(ofProcess: Processes.ownID) ?? "process-\(Processes.ownID)")

    /// Whether the process still runs. Ids that name none belong to nobody.
    public var isRunning: Bool {
        let parts = id.split(separator: "-")
        guard parts.count >= 2, parts[0] == "process", let process = Int32(parts[1]) else { return false }
        return parts.count == 2 ? Processes.isRunning(process) : Self.id(ofProcess: process) == id
    }

    /// `process-PID-BEGINNING`; `nil` where the system does not tell when it began.
    private static func id(ofProcess process: Int32) -> String? {
        Processes.beginning(of: process).map { "process-\(process)-\($0)" }
    }
}

extension WorkspaceFolder {
    /// The drafts of an owner: its own, and of each key the latest that a process left which runs no more. Those are its
    /// own from then on; drafts of processes that run are left alone.
    public func takeOverDrafts(as owner: DraftOwner) throws(WorkspaceError) -> [Draft] {
        var own: [Draft] = []
        for (draft, other) in try drafts() {
            let isTaken = own.contains { $0.kind == draft.kind && $0.key.utf8.elementsEqual(draft.key.utf8) }
            if other == owner {
                own.append(draft)
            } else if !isTaken, !other.isRunning {
                // Where it cannot be written anew it stays where it is, and is offered all the same.
                if (try? saveDraft(draft, of: owner)) != nil { try removeDraft(draft, of: other) }
                own.append(draft)
            }
        }
        return own
    }
}
