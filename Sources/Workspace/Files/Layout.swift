import SystemCalls
import WorkspaceModel

/// Where things lie in a workspace (docs/files.md §1).
struct Layout: Sendable {
    /// The workspace's folder, without a slash at its end.
    let root: String

    init(root: String) {
        var root = root
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        self.root = root
    }

    /// Its files, as the folder is now.
    var files: WorkspaceFiles { WorkspaceFiles(root: root) }

    func folder(_ kind: RecordKind) -> String { "\(root)/\(kind.rawValue)" }
    var contexts: String { "\(root)/contexts" }
    var drafts: String { "\(root)/.drafts" }
    func drafts(_ kind: RecordKind) -> String { "\(drafts)/\(kind.rawValue)" }

    /// The folder of a key: the encoded name, or the name under which a person made it.
    func folder(_ kind: RecordKind, key: String) throws(WorkspaceError) -> String {
        let encoded = KeyEncoding.encode(key)
        guard encoded.utf8.count <= 255 else { throw .keyTooLong(key: key) }
        let path = "\(folder(kind))/\(encoded)"
        if FileFacts(at: path) != nil { return path }
        let others = try files.names(in: folder(kind)) ?? []
        let wanted = Array(key.utf8)
        if let other = others.first(where: { KeyEncoding.decode($0).map { Array($0.utf8) } == wanted }) {
            return "\(folder(kind))/\(other)"
        }
        return path
    }
}
