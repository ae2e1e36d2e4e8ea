import Assignment
import OrderedJSON
import Prompts
import Synchronization
import WorkspaceModel

/// The reading half of Fallom's HTTP API, answered from a workspace (docs/wire.md §5): pure in the path, no sockets.
///
/// Lists hold every version of a key, ascending, the current one last: the SDKs take the last.
public final class WorkspaceResponder: Sendable {
    /// An answer.
    public struct Response: Hashable, Sendable {
        /// The HTTP status.
        public let status: Int
        /// The body, JSON in UTF-8.
        public let body: [UInt8]
    }

    private let workspace: WorkspaceFolder
    private let lists: Mutex<Lists>

    /// The encoded lists of one revision.
    private struct Lists: Sendable {
        var revision = -1
        var bodies: [String: [UInt8]] = [:]
    }

    /// Serves that workspace and follows every change of it, whoever else looks at it, from the first question on.
    public init(workspace: WorkspaceFolder) {
        self.workspace = workspace
        self.lists = Mutex(Lists())
    }

    /// The answer to `GET` of a path (still percent-encoded, without query); `nil` when the path is none of this API's.
    public func response(to path: String) -> Response? {
        let path = "/" + path.drop { $0 == "/" }
        switch path {
        case "/configs", "/prompts", "/prompt-ab-tests": return list(path)
        default: return configVersion(path)
        }
    }

    private func list(_ path: String) -> Response {
        let snapshot = workspace.followed()
        let body = lists.withLock { lists in
            if lists.revision != snapshot.revision { lists = Lists(revision: snapshot.revision, bodies: [:]) }
            if let body = lists.bodies[path] { return body }
            let body = Self.body(path, snapshot)
            lists.bodies[path] = body
            return body
        }
        return Response(status: 200, body: body)
    }

    private static func body(_ path: String, _ snapshot: WorkspaceSnapshot) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            switch path {
            case "/configs":
                writer.name("configs")
                writer.array(inServingOrder(snapshot.configs)) { $0.value($1.record) }
            case "/prompts":
                writer.name("prompts")
                writer.array(inServingOrder(snapshot.prompts)) { $0.value($1.record) }
            default:
                writer.name("prompt_ab_tests")
                writer.array(inServingOrder(snapshot.abTests)) { $0.value($1.record) }
            }
        }
        return writer.bytes
    }

    /// Every record, by key; of each key ascending, the current one last.
    private static func inServingOrder<Record>(_ catalog: VersionCatalog<Record>) -> [Record] {
        catalog.keys.flatMap { key -> [Record] in
            guard let versions = catalog[key] else { return [] }
            let order = versions.ascending.filter { $0 != versions.currentVersion }
            return order.compactMap { versions.records[$0] } + [versions.current].compactMap { $0 }
        }
    }

    /// `/configs/{key}/version/{n}`. A key may hold slashes: the published SDKs do not encode them.
    private func configVersion(_ path: String) -> Response? {
        let start = "/configs/"
        guard path.hasPrefix(start) else { return nil }
        let parts = path.dropFirst(start.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[parts.count - 2] == "version" else { return nil }
        guard let key = KeyEncoding.percentDecoded(Array(parts.dropLast(2).joined(separator: "/").utf8)) else {
            return Self.notFound("The config's key in the path is not percent-encoded UTF-8.")
        }
        let configs = workspace.followed().configs
        guard let versions = configs[key] else { return Self.notFound("Config '\(key)' not found.") }
        guard let number = Int(parts[parts.count - 1]), let config = versions.records[number] else {
            return Self.notFound("Config '\(key)' version \(parts[parts.count - 1]) not found.")
        }
        return Response(status: 200, body: config.record.compactBytes)
    }

    private static func notFound(_ reason: String) -> Response {
        Response(status: 404, body: JSONValue.object(["error": .string(reason)]).compactBytes)
    }
}
