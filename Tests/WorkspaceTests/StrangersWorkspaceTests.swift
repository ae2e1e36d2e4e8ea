import Assignment
import Glibc
import Prompts
import Testing
import Workspace
import WorkspaceModel

/// A workspace that came out of a `git clone` is a stranger's.
@Suite(.timeLimit(.minutes(1))) struct StrangersWorkspaceTests {
    let folder: TemporaryFolder
    let workspace: WorkspaceFolder
    let outside: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        outside = try TemporaryFolder()
        workspace = WorkspaceFolder(path: folder.path)
        try folder.write(#"{"variants":[{"model":"m","weight":100}]}"#, to: "configs/good/1.json")
        try folder.write("own", to: "prompts/p/1/system.txt")
        try folder.write("user", to: "prompts/p/1/user.txt")
        try outside.write("a secret", to: "secret")
    }

    private func link(_ name: String, to target: String) {
        unlink("\(folder.path)/\(name)")
        #expect(symlink(target, "\(folder.path)/\(name)") == 0)
    }

    @Test func `a text that is a link out of the workspace is not served`() throws {
        link("prompts/p/1/system.txt", to: "\(outside.path)/secret")
        let snapshot = workspace.load()
        #expect(snapshot.prompts["p"] == nil)
        #expect(
            snapshot.problems.map(\.description) == [
                "\(folder.path)/prompts/p/1/system.txt: it is a link that leads out of \(folder.path)"
            ])
        #expect(snapshot.configs.keys == ["good"])
    }

    @Test(arguments: ["configs/k", "prompts/p/1", "prompts", "contexts"])
    func `a folder that is a link out of the workspace is not looked into`(_ name: String) throws {
        try outside.write(#"{"variants":[]}"#, to: "1.json")
        try outside.write("a secret", to: "system.txt")
        try outside.write("a secret", to: "user.txt")
        rename("\(folder.path)/\(name)", "\(outside.path)/old")
        link(name, to: outside.path)
        let snapshot = workspace.load()
        #expect(snapshot.configs.keys == ["good"])
        #expect(snapshot.contexts.isEmpty)
        #expect(snapshot.prompts["p"]?.current?.systemPrompt != "a secret")
        #expect(snapshot.problems.contains { $0.isSkipped })
    }

    @Test func `a link inside the workspace is followed`() throws {
        try folder.write("shared", to: "shared/system.txt")
        link("prompts/p/1/system.txt", to: "../../../shared/system.txt")
        #expect(workspace.load().prompts["p"]?.current?.systemPrompt == "shared")
    }

    @Test(arguments: ["configs/good/2.json", "prompts/p/1/meta.json", "contexts/c.json", "configs/good/current"])
    func `a pipe is told and waits for nobody`(_ name: String) throws {
        try folder.write("", to: "contexts/.keep")
        #expect(mkfifo("\(folder.path)/\(name)", 0o600) == 0)
        let snapshot = workspace.load()
        #expect(snapshot.configs["good"]?.current?.version == 1)
        let told = snapshot.problems.map(\.description)
        #expect(told.contains { $0.hasPrefix("\(folder.path)/\(name): it is a pipe, not a plain file") })
    }

    @Test func `a file that is too large is told and not read`() throws {
        try folder.write("", to: "configs/good/2.json")
        #expect(truncate("\(folder.path)/configs/good/2.json", 3 << 30) == 0)
        let snapshot = workspace.load()
        #expect(snapshot.configs["good"]?.current?.version == 1)
        #expect(
            snapshot.problems.map(\.description) == ["\(folder.path)/configs/good/2.json: it is larger than 16 MB"])
    }

    @Test func `a workspace of too many bytes is read as far as is sane`() throws {
        for version in 2...40 {
            try folder.write("", to: "configs/good/\(version).json")
            #expect(truncate("\(folder.path)/configs/good/\(version).json", 15 << 20) == 0)
        }
        let problems = workspace.load().problems.filter { $0.message.hasPrefix("is left out") }
        #expect(problems.count == 39 - 17)
    }

    @Test func `nothing is written through a link that leads out`() throws {
        rename("\(folder.path)/prompts/p", "\(outside.path)/p")
        link("prompts/p", to: "\(outside.path)/p")
        link("contexts", to: outside.path)
        link(".drafts", to: outside.path)
        let before = outside.files()
        #expect(throws: WorkspaceError.self) {
            try workspace.savePrompt(key: "p", system: "s", user: "u", note: VersionNote(), makesCurrent: true)
        }
        unlink("\(folder.path)/.drafts")
        mkdir("\(folder.path)/.drafts", 0o700)
        link(".drafts/lock", to: "\(outside.path)/lock")
        #expect(throws: WorkspaceError.self) {
            try workspace.savePrompt(key: "p", system: "s", user: "u", note: VersionNote(), makesCurrent: true)
        }
        unlink("\(folder.path)/.drafts/lock")
        #expect(throws: WorkspaceError.self) {
            try workspace.savePrompt(key: "p", system: "s", user: "u", note: VersionNote(), makesCurrent: true)
        }
        #expect(throws: WorkspaceError.self) { try workspace.use(.prompt, key: "p", version: 1) }
        #expect(throws: WorkspaceError.self) { try workspace.saveContext(SampleContext(name: "c")) }
        #expect(throws: WorkspaceError.self) { try workspace.removeContext(name: "c") }
        #expect(outside.files() == before)
    }
}
