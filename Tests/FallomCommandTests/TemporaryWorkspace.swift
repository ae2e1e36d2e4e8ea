import Assignment
import Testing
import Workspace
import WorkspaceModel

@testable import FallomCommand

/// A workspace in a temporary folder, for one test.
struct TemporaryWorkspace {
    private let demo: DemoFolder

    init() throws {
        demo = try DemoFolder.create(.current())
    }

    /// The workspace's folder.
    var path: String { demo.workspace }
    var folder: WorkspaceFolder { WorkspaceFolder(path: path) }

    /// A file beside the workspace.
    func file(_ name: String) -> String { "\(demo.path)/\(name)" }

    /// The config's current version.
    func config(_ key: String) throws -> ModelConfig {
        try #require(folder.load().configs[key]?.current)
    }

    func remove() {
        demo.remove()
    }
}

extension Terminal {
    /// No terminal: nothing is cut, nothing has a colour.
    static let plain = Terminal(columns: nil, hasColour: false)
}
