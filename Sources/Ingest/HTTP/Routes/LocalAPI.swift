/// The read side of Fallom's HTTP API (docs/wire.md §5, docs/assignment.md §3), as the receiver needs it: bodies of
/// answers, ready to send. The composition root puts a workspace behind it.
public protocol LocalAPI: Sendable {
    /// `GET /configs`: `{"configs": […]}`, every version of a key, the current one last.
    func configsBody() async throws -> [UInt8]
    /// `GET /configs/{key}/version/{n}`: the bare record; `nil` when there is none.
    func configBody(key: String, version: Int) async throws -> [UInt8]?
    /// `GET /prompts`: `{"prompts": […]}`.
    func promptsBody() async throws -> [UInt8]
    /// `GET /prompt-ab-tests`: `{"prompt_ab_tests": […]}`.
    func promptABTestsBody() async throws -> [UInt8]
    /// `GET /api/datasets/{key}`: the version asked for, else the current one; `nil` when there is none.
    func datasetBody(key: String, version: Int?, withEntries: Bool) async throws -> [UInt8]?
}

extension LocalAPI {
    /// No data set.
    public func datasetBody(key: String, version: Int?, withEntries: Bool) async throws -> [UInt8]? { nil }
}

/// An API with nothing in it, for a receiver without a workspace.
public struct EmptyLocalAPI: LocalAPI {
    /// Makes one.
    public init() {}
    /// No configs.
    public func configsBody() async throws -> [UInt8] { Array(#"{"configs":[]}"#.utf8) }
    /// No config.
    public func configBody(key: String, version: Int) async throws -> [UInt8]? { nil }
    /// No prompts.
    public func promptsBody() async throws -> [UInt8] { Array(#"{"prompts":[]}"#.utf8) }
    /// No tests.
    public func promptABTestsBody() async throws -> [UInt8] { Array(#"{"prompt_ab_tests":[]}"#.utf8) }
}
