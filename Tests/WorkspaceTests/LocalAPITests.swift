import Foundation
import OrderedJSON
import Testing
import Workspace
import WorkspaceModel

/// What the published SDKs fetched from the recorder, fetched from a workspace.
@Suite struct LocalAPITests {
    let folder: TemporaryFolder
    let workspace: WorkspaceFolder
    let sample: JSONValue

    init() throws {
        folder = try TemporaryFolder()
        workspace = WorkspaceFolder(path: folder.path + "/fallom")
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Fixtures/sample-workspace.json")
        sample = try JSONValue(parsing: Array(Data(contentsOf: file)))
        _ = try workspace.importRecords(sample)
        _ = workspace.load()
    }

    @Test func `imported records come out as they went in, the last listed being current`() throws {
        let api = WorkspaceResponder(workspace: workspace)
        let configs = try body(api, "/configs")["configs"]?.array ?? []
        #expect(
            configs.map { "\($0["key"]?.string ?? "")@\($0["version"]?.int ?? -1)" } == [
                "dict-shaped@1", "support-agent@1", "support-agent@2", "support-agent@3",
            ])
        #expect(configs.last == sample["configs"]?[0])
        #expect(try body(api, "/prompts")["prompts"]?.array == sample["prompts"]?.array)
        #expect(try body(api, "/prompt-ab-tests")["prompt_ab_tests"]?.array == sample["prompt_ab_tests"]?.array)
        #expect(try body(api, "/configs/support-agent/version/2") == sample["config_versions"]?["support-agent"]?["2"])
    }

    @Test func `a roll-back puts the older version last`() throws {
        try workspace.use(.config, key: "support-agent", version: 1, expecting: 3)
        _ = workspace.load()
        let configs = try body(WorkspaceResponder(workspace: workspace), "/configs")["configs"]?.array ?? []
        #expect(configs.suffix(3).map { $0["version"]?.int } == [2, 3, 1])
        #expect(folder.text(of: "fallom/configs/support-agent/current") == "1\n")
    }

    @Test func `a version saved by another process is served without anybody's asking`() async throws {
        let api = WorkspaceResponder(workspace: workspace)
        let other = WorkspaceFolder(path: workspace.path)
        _ = try other.saveConfig(
            .object(["variants": .array([])]), key: "support-agent", seen: 3, makesCurrent: true)
        while try body(api, "/configs")["configs"]?.array?.last?["version"]?.int != 4 { await Task.yield() }
        #expect(try body(api, "/configs/support-agent/version/4")["key"]?.string == "support-agent")
    }

    @Test(arguments: [
        ("/configs/support-agent/version/99", "Config 'support-agent' version 99 not found."),
        ("/configs/support-agent/version/latest", "Config 'support-agent' version latest not found."),
        ("/configs/nobody/version/1", "Config 'nobody' not found."),
        ("/configs/%zz/version/1", "The config's key in the path is not percent-encoded UTF-8."),
    ])
    func `what is not there is refused with a reason`(_ path: String, _ reason: String) throws {
        let response = try #require(WorkspaceResponder(workspace: workspace).response(to: path))
        #expect(response.status == 404)
        #expect(try JSONValue(parsing: response.body)["error"]?.string == reason)
    }

    @Test func `keys with slashes, spaces and capitals are found encoded and as the published SDKs send them`() throws {
        _ = try workspace.saveConfig(
            try JSONValue(parsing: #"{"variants":[{"model":"m","weight":100}]}"#), key: "Team A/Über",
            makesCurrent: true)
        _ = workspace.load()
        let api = WorkspaceResponder(workspace: workspace)
        for path in ["/configs/Team%20A/%C3%9Cber/version/1", "//configs/Team%20A%2F%c3%9cber/version/1"] {
            #expect(try body(api, path)["key"]?.string == "Team A/Über")
        }
        #expect(folder.files().contains("fallom/configs/%54eam%20%41%2F%C3%9Cber/1.json"))
    }

    @Test(arguments: ["/", "/config", "/configs/", "/configs/a", "/sessions", "/prompts/1"])
    func `other paths are not this API's`(_ path: String) {
        #expect(WorkspaceResponder(workspace: workspace).response(to: path) == nil)
    }

    private func body(_ api: WorkspaceResponder, _ path: String) throws -> JSONValue {
        let response = try #require(api.response(to: path))
        #expect(response.status == 200)
        return try JSONValue(parsing: response.body)
    }
}
