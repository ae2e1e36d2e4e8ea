import Assignment
import OrderedJSON
import Prompts
import Synchronization
import Testing
import TraceModel
import Workspace
import WorkspaceModel

@Suite struct VersionTests {
    let folder: TemporaryFolder
    let workspace: WorkspaceFolder

    init() throws {
        folder = try TemporaryFolder()
        workspace = WorkspaceFolder(path: folder.path)
    }

    @Test func `versions count up from one, the first is current, the pointer moves only when told`() throws {
        let first = try savePrompt("one")
        let second = try savePrompt("two", makesCurrent: false)
        #expect((first.version, first.isCurrent) == (1, true))
        #expect((second.version, second.isCurrent) == (2, false))
        let snapshot = workspace.load()
        #expect(snapshot.prompts["p"]?.currentVersion == 1)
        #expect(snapshot.prompts["p"]?.ascending == [1, 2])
        try workspace.use(.prompt, key: "p", version: 2, expecting: 1)
        #expect(workspace.load().prompts["p"]?.current?.systemPrompt == "two")
    }

    @Test func `a first version that should not be current is served anyway and stays it`() throws {
        _ = try savePrompt("one", makesCurrent: false)
        _ = try savePrompt("two", makesCurrent: false)
        #expect(workspace.load().prompts["p"]?.currentVersion == 1)
    }

    @Test func `texts are kept byte for byte with note, author and time`() throws {
        let text = "no newline at end, CR\r\n, e\u{301}, \u{FEFF}, 🙂\n\n"
        let note = VersionNote(note: "why", author: "ada", createdAt: Timestamp(unixMilliseconds: 1_795_460_400_123))
        _ = try workspace.savePrompt(key: "p", system: text, user: "", note: note, makesCurrent: true)
        let snapshot = workspace.load()
        let prompt = try #require(snapshot.prompts["p"]?.current)
        #expect(Array(prompt.systemPrompt.utf8) == Array(text.utf8))
        #expect(prompt.userTemplate == "")
        #expect(snapshot.note(ofPrompt: "p", version: 1) == note)
        #expect(folder.text(of: "prompts/p/1/meta.json")?.contains("2026-11-23T19:00:00.123Z") == true)
    }

    @Test func `an editor that saves over a version it has not seen keeps both and is told`() throws {
        _ = try savePrompt("base")
        let theirs = try savePrompt("theirs", seen: 1)
        let ours = try savePrompt("ours", seen: 1)
        #expect(theirs.savedByOthers == [])
        #expect(ours.savedByOthers == [2])
        #expect(!ours.isCurrent)
        let versions = try #require(workspace.load().prompts["p"])
        #expect(versions.current?.systemPrompt == "theirs")
        #expect(versions.records[3]?.systemPrompt == "ours")
    }

    @Test func `moving a pointer that somebody else has moved is refused`() throws {
        _ = try savePrompt("one")
        _ = try savePrompt("two")
        #expect(throws: WorkspaceError.currentMoved(kind: "prompt", key: "p", expected: 1, found: 2)) {
            try workspace.use(.prompt, key: "p", version: 1, expecting: 1)
        }
        #expect(throws: WorkspaceError.unknownVersion(kind: "prompt", key: "p", version: 9)) {
            try workspace.use(.prompt, key: "p", version: 9)
        }
        #expect(throws: WorkspaceError.unknownKey(kind: "config", key: "p")) {
            try workspace.use(.config, key: "p", version: 1)
        }
    }

    @Test(arguments: [true, false])
    func `many writers at once lose nothing`(_ sameObject: Bool) async throws {
        let path = folder.path
        let shared = workspace
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let workspace = sameObject ? shared : WorkspaceFolder(path: path)
                    for number in 0..<5 {
                        _ = try? workspace.savePrompt(
                            key: "p", system: "\(writer).\(number)", user: "u", note: VersionNote(), makesCurrent: true)
                        _ = try? workspace.saveConfig(
                            .object(["variants": .array([]), "by": .string("\(writer).\(number)")]), key: "c",
                            makesCurrent: true)
                    }
                }
            }
        }
        let snapshot = workspace.load()
        let texts = Set(snapshot.prompts["p"]?.records.values.map(\.systemPrompt) ?? [])
        #expect(texts.count == 40)
        #expect(snapshot.prompts["p"]?.ascending == Array(1...40))
        #expect(Set(snapshot.configs["c"]?.records.values.compactMap { $0.record["by"]?.string } ?? []).count == 40)
        #expect(!folder.files().contains { $0.contains(".tmp-") })
    }

    @Test func `a stopped test gives everything to one variant and keeps the places of the others`() throws {
        let record = try JSONValue(
            parsing: #"{"variants":[{"prompt_key":"a","weight":30},{"prompt_key":"b","prompt_version":2,"weight":70}]}"#
        )
        _ = try workspace.saveABTest(record, key: "t", makesCurrent: true)
        let stopped = try workspace.stopABTest(key: "t", winner: 0)
        #expect(stopped.version == 2)
        let test = try #require(workspace.load().abTests["t"]?.current)
        #expect(test.variants.map(\.weight.percent) == [100, 0])
        #expect(test.split.share(of: 0) == 1)
        #expect(throws: WorkspaceError.self) { try workspace.stopABTest(key: "t", winner: 2) }
    }

    @Test func `after a roll-back a new version is served, and nobody is said to have come between`() throws {
        for text in ["one", "two", "three"] { _ = try savePrompt(text) }
        try workspace.use(.prompt, key: "p", version: 1)
        let saved = try savePrompt("four", seen: 3)
        #expect((saved.version, saved.isCurrent) == (4, true))
        #expect(saved.savedByOthers.isEmpty)
    }

    @Test func `a test that was rolled back is stopped as it is served`() throws {
        let record = try JSONValue(
            parsing: #"{"variants":[{"prompt_key":"a","weight":30},{"prompt_key":"b","weight":70}]}"#)
        _ = try workspace.saveABTest(record, key: "t", makesCurrent: true)
        _ = try workspace.saveABTest(record.setting("variants", .array([])), key: "t", makesCurrent: true)
        try workspace.use(.abTest, key: "t", version: 1)
        let stopped = try workspace.stopABTest(key: "t", winner: 1)
        #expect((stopped.version, stopped.isCurrent) == (3, true))
        #expect(workspace.load().abTests["t"]?.current?.variants.map(\.weight.percent) == [0, 100])
    }

    @Test func `what an ended process left unfinished is passed over and removed`() throws {
        _ = try savePrompt("one")
        try folder.write("half", to: "prompts/p/.tmp-999999999-1/system.txt")
        try folder.write("half", to: "prompts/p/.tmp-999999999-2")
        #expect(workspace.load().problems.isEmpty)
        _ = try savePrompt("two")
        #expect(!folder.files().contains { $0.contains(".tmp-") })
    }

    @Test func `a folder of prompt files becomes prompts, and again only where something changed`() throws {
        try folder.write("You are helpful.", to: "in/support.system.md")
        try folder.write("Hi {{name}}", to: "in/support.user.md")
        try folder.write("Be brief.\n", to: "in/Short Answers.txt")
        try folder.write("x", to: "in/readme.pdf")
        let first = try workspace.importPrompts(fromFolder: folder.path + "/in", note: VersionNote(note: "import"))
        #expect(first.created.map(\.key) == ["Short Answers", "support"])
        let support = try #require(workspace.load().prompts["support"]?.current)
        #expect([support.systemPrompt, support.userTemplate] == ["You are helpful.", "Hi {{name}}"])
        try folder.write("Be very brief.\n", to: "in/Short Answers.txt")
        let second = try workspace.importPrompts(fromFolder: folder.path + "/in", note: VersionNote())
        #expect(second.created.map(\.version) == [2])
        #expect(second.unchanged.map(\.key) == ["support"])
        #expect(throws: WorkspaceError.self) {
            try workspace.importPrompts(fromFolder: folder.path + "/none", note: VersionNote())
        }
    }

    @Test func `samples of variables are kept beside the versions`() throws {
        _ = try savePrompt("{{a}}")
        let sample = PromptSample(
            key: "p", name: "Ada", variables: PromptVariables([("a", .number(1)), ("b", .string("x"))]))
        try workspace.saveSample(sample)
        try workspace.saveSample(PromptSample(key: "p", name: "Bob", variables: PromptVariables()))
        #expect(workspace.load().samples.map(\.name) == ["Ada", "Bob"])
        #expect(workspace.snapshot().samples.first == sample)
        try folder.write("{", to: "prompts/p/samples.json")
        #expect(workspace.load().samples.isEmpty)
        #expect(workspace.snapshot().problems.map(\.path) == [folder.path + "/prompts/p/samples.json"])
        try folder.write("{}", to: "prompts/p/samples.json")
        #expect(workspace.load().problems.isEmpty)
    }

    private func savePrompt(
        _ text: String, makesCurrent: Bool = true, seen: Int? = nil
    ) throws -> SavedVersion {
        try workspace.savePrompt(
            key: "p", system: text, user: "", note: VersionNote(basedOn: seen), seen: seen, makesCurrent: makesCurrent)
    }
}
