import Foundation
import OrderedJSON
import Testing
import TraceModel
import Workspace
import WorkspaceModel

/// A number stands for one content for ever: calls are counted under it.
@Suite struct NumberTests {
    private let folder: TemporaryFolder
    private let workspace: WorkspaceFolder

    init() throws {
        folder = try TemporaryFolder()
        workspace = WorkspaceFolder(path: folder.path)
    }

    private func save(_ text: String) throws -> Int {
        try workspace.savePrompt(key: "p", system: text, user: "", note: VersionNote(), makesCurrent: true).version
    }

    private func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
    }

    @Test func `the number of a deleted version is not given again`() throws {
        #expect(try save("one") == 1)
        #expect(try save("two") == 2)
        try remove("prompts/p/2")
        #expect(try save("three") == 3)
        try remove("prompts/p")
        #expect(try save("four") == 4)
    }

    @Test func `nor that of a config, nor one that a hand made and a reader saw`() async throws {
        let record: JSONValue = .object([
            "variants": .array([.object(["model": .string("m"), "weight": .number(100)])])
        ])
        #expect(try workspace.saveConfig(record, key: "c", makesCurrent: true).version == 1)
        try folder.write(record.compactText, to: "configs/c/7.json")
        // Whoever follows the workspace takes note.
        var changes = workspace.changes().makeAsyncIterator()
        _ = await changes.next()
        try remove("configs/c/7.json")
        #expect(try WorkspaceFolder(path: folder.path).saveConfig(record, key: "c", makesCurrent: true).version == 8)
    }

    @Test func `nor one that the pointer names, a draft was begun from, or calls were recorded with`() throws {
        #expect(try save("one") == 1)
        try folder.write("4\n", to: "prompts/p/current")
        #expect(try save("five") == 5)
        let draft = Draft(
            kind: .prompt, key: "p", basedOn: 8, savedAt: Timestamp(unixNanoseconds: 0), parts: [])
        try workspace.saveDraft(draft, of: DraftOwner(id: "1"))
        #expect(try save("nine") == 9)
        try workspace.remember(.prompt, key: "p", version: 11)
        try workspace.remember(.prompt, key: "p", version: 10)
        #expect(try save("twelve") == 12)
    }

    @Test func `what a stranger recorded cannot use the numbers up`() throws {
        #expect(try save("one") == 1)
        try workspace.remember(.prompt, key: "p", version: .max)
        try workspace.remember(.prompt, key: "p", version: 900_000_000)
        #expect(try save("two") == 2)
        try folder.write("x", to: "prompts/p/9223372036854775807/system.txt")
        try folder.write("9223372036854775807", to: "prompts/p/current")
        #expect(try save("three") == 3)
    }

    @Test func `a number under which another branch has other content is told, and the same content is not`() throws {
        #expect(try save("one") == 1)
        #expect(try save("ours") == 2)
        let problems = { workspace.load().problems.map(\.description) }
        #expect(problems() == [])
        try folder.write("ours", to: "prompts/p/2/system.txt")
        #expect(problems() == [])
        try folder.write("theirs", to: "prompts/p/2/system.txt")
        #expect(problems().count == 1)
        #expect(problems().first?.contains("prompts/p/2: version 2 held other content before") == true)
        // Saved anew it has a number of its own, and the old one still stands for two.
        #expect(try save("theirs") == 3)
        #expect(problems().count == 1)
    }

    @Test func `layout of a record is no content`() throws {
        let record: JSONValue = .object([
            "variants": .array([.object(["model": .string("m"), "weight": .number(100)])])
        ])
        _ = try workspace.saveConfig(record, key: "c", makesCurrent: true)
        let saved = try #require(folder.text(of: "configs/c/1.json"))
        try folder.write(saved.replacing("\n", with: " "), to: "configs/c/1.json")
        #expect(workspace.load().problems == [])
    }

    @Test func `what was seen is kept out of git, beside the drafts`() throws {
        _ = try save("one")
        #expect(folder.text(of: ".drafts/.gitignore") == "*\n")
        #expect(folder.text(of: ".drafts/seen")?.hasPrefix("prompts p 1 ") == true)
    }
}
