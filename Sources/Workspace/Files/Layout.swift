import SystemCalls

/// Where things lie in a workspace (design §3.3).
struct Layout: Sendable {
    /// What a workspace keeps in versions.
    enum Kind: String, CaseIterable, Sendable {
        case config = "configs"
        case prompt = "prompts"
        case abTest = "prompt-ab-tests"

        /// The kind in words.
        var inWords: String {
            switch self {
            case .config: "config"
            case .prompt: "prompt"
            case .abTest: "prompt A/B test"
            }
        }
    }

    /// The workspace's folder, without a slash at its end.
    let root: String

    init(root: String) {
        var root = root
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        self.root = root
    }

    /// Its files, as the folder is now.
    var files: WorkspaceFiles { WorkspaceFiles(root: root) }

    func folder(_ kind: Kind) -> String { "\(root)/\(kind.rawValue)" }
    var contexts: String { "\(root)/contexts" }
    var drafts: String { "\(root)/.drafts" }

    /// The folder of a key: the encoded name, or the name under which a person made it.
    func folder(_ kind: Kind, key: String) throws(WorkspaceError) -> String {
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
