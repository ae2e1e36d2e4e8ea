import Ingest
import Workspace

/// The workspace behind the receiver's read routes (docs/wire.md §5).
struct WorkspaceAPI: Ingest.LocalAPI {
    private let api: WorkspaceResponder
    private let workspace: WorkspaceFolder

    init(_ workspace: WorkspaceFolder) {
        api = WorkspaceResponder(workspace: workspace)
        self.workspace = workspace
    }

    func configsBody() async throws -> [UInt8] { body("/configs") }
    func promptsBody() async throws -> [UInt8] { body("/prompts") }
    func promptABTestsBody() async throws -> [UInt8] { body("/prompt-ab-tests") }

    /// The receiver decoded the key, the workspace decodes it again.
    func configBody(key: String, version: Int) async throws -> [UInt8]? {
        guard let response = api.response(to: "/configs/\(PercentText.encode(key))/version/\(version)") else {
            return nil
        }
        return response.status == 200 ? response.body : nil
    }

    func datasetBody(key: String, version: Int?, withEntries: Bool) async throws -> [UInt8]? {
        try workspace.dataset(key: key, version: version, withEntries: withEntries)
    }

    private func body(_ path: String) -> [UInt8] {
        api.response(to: path)?.body ?? []
    }
}
