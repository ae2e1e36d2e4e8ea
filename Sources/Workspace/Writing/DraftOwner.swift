#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

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
    public static let current = DraftOwner(id: id(ofProcess: getpid()) ?? "process-\(getpid())")

    /// Whether the process still runs. Ids that name none belong to nobody.
    public var isRunning: Bool {
        let parts = id.split(separator: "-")
        guard parts.count >= 2, parts[0] == "process", let process = Int32(parts[1]), process > 0 else { return false }
        return parts.count == 2 ? kill(process, 0) == 0 || errno == EPERM : Self.id(ofProcess: process) == id
    }

    /// `process-PID-START`, the start in clock ticks since boot; `nil` where the system does not tell.
    private static func id(ofProcess process: Int32) -> String? {
        // No file of /proc has a size: it is read until its end, which comes well before these bytes do.
        guard let file = fopen("/proc/\(process)/stat", "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        // The name, in brackets, may hold anything; the start is the twentieth field behind it.
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19 else { return nil }
        return "process-\(process)-\(String(decoding: fields[19], as: UTF8.self))"
    }
}

extension WorkspaceFolder {
    /// The drafts of an owner: its own, and of each key the latest that a process left which runs no more. Those are its
    /// own from then on; drafts of processes that run are left alone.
    public func takeOverDrafts(as owner: DraftOwner) throws(WorkspaceError) -> [Draft] {
        var own: [Draft] = []
        for draft in try drafts() {
            let isTaken = own.contains { $0.kind == draft.kind && $0.key.utf8.elementsEqual(draft.key.utf8) }
            if draft.id == owner.id {
                own.append(draft)
            } else if !isTaken, !DraftOwner(id: draft.id).isRunning {
                var taken = draft
                taken.id = owner.id
                // Where it cannot be written anew it stays where it is, and is offered all the same.
                if (try? saveDraft(taken)) != nil { try removeDraft(draft) }
                own.append(taken)
            }
        }
        return own
    }
}
