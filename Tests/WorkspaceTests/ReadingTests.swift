import Assignment
import OrderedJSON
import Prompts
import Testing
import TraceModel
import Workspace
import WorkspaceModel

@Suite struct ReadingTests {
    let folder: TemporaryFolder
    let workspace: WorkspaceFolder

    init() throws {
        folder = try TemporaryFolder()
        workspace = WorkspaceFolder(path: folder.path)
    }

    @Test func `a folder that is not there is an empty workspace`() {
        let snapshot = WorkspaceFolder(path: folder.path + "/nowhere").load()
        #expect(snapshot.configs.isEmpty && snapshot.prompts.isEmpty && snapshot.problems.isEmpty)
    }

    @Test func `a broken file is reported with its place and its neighbours are served`() throws {
        try folder.write(#"{"variants":[{"model":"m","weight":100}]}"#, to: "configs/good/1.json")
        try folder.write("{\n  \"variants\": [,]\n}", to: "configs/bad/1.json")
        try folder.write("[]", to: "configs/list/1.json")
        try folder.write("", to: "configs/empty/1.json")
        try folder.write("x", to: "prompts/p/1/system.txt")
        let snapshot = workspace.load()
        #expect(snapshot.configs.keys == ["good"])
        #expect(
            snapshot.problems.map { String($0.description.dropFirst(folder.path.count + 1)) } == [
                "configs/bad/1.json:2:16: is not JSON: unexpected ','",
                "configs/empty/1.json:1:1: is not JSON: the text ends inside a value",
                "configs/list/1.json: is not a JSON object",
                "prompts/p/1/user.txt: cannot open: No such file or directory",
            ])
    }

    @Test(arguments: [
        (#"{"key":"k","version":3,"variants":[]}"#, 0), (#"{"variants":[]}"#, 0),
        (#"{"key":"k","version":"3","variants":[]}"#, 0), (#"{"key":"k","version":null,"variants":[]}"#, 0),
        (#"{"key":"other","version":3,"variants":[]}"#, 1), (#"{"key":"k","version":4,"variants":[]}"#, 1),
        (#"{"key":7,"version":"x","variants":[]}"#, 2),
    ])
    func `the file's name decides on key and version, and a record that says otherwise is reported`(
        _ text: String, _ problems: Int
    ) throws {
        try folder.write(text, to: "configs/k/3.json")
        let snapshot = workspace.load()
        let config = try #require(snapshot.configs["k"]?.current)
        #expect((config.key, config.version) == ("k", 3))
        #expect(snapshot.problems.count == problems)
        #expect(snapshot.problems.allSatisfy { !$0.isSkipped })
    }

    @Test(arguments: [("2\n", 2, 0), (" 1", 1, 0), ("9", 3, 1), ("x", 3, 1), ("", 3, 1)])
    func `a pointer that points nowhere is reported and the highest version served`(
        _ pointer: String, _ current: Int, _ problems: Int
    ) throws {
        for version in 1...3 { try folder.write(#"{"variants":[]}"#, to: "configs/k/\(version).json") }
        try folder.write(pointer, to: "configs/k/current")
        let snapshot = workspace.load()
        #expect(snapshot.configs["k"]?.currentVersion == current)
        #expect(snapshot.problems.count == problems)
    }

    @Test func `folders made by hand are read under the key they show`() throws {
        try folder.write(#"{"variants":[]}"#, to: "configs/My Config/1.json")
        #expect(workspace.load().configs.keys == ["My Config"])
        let saved = try workspace.saveConfig(.object(["variants": .array([])]), key: "My Config", makesCurrent: true)
        #expect(saved.version == 2)
        #expect(folder.files().contains("configs/My Config/2.json"))
    }

    @Test(arguments: ["..", ".", ".hidden", "", "%", "a/b", "CON", "e\u{301}", "\u{E9}", "a\u{0}b", "日本語", "%2e"])
    func `any key survives being a folder`(_ key: String) throws {
        _ = try workspace.saveConfig(.object(["variants": .array([])]), key: key, makesCurrent: true)
        let snapshot = workspace.load()
        #expect(snapshot.configs.keys.map { Array($0.utf8) } == [Array(key.utf8)])
        #expect(folder.files().allSatisfy { $0.hasPrefix(".drafts") || $0.hasPrefix("configs") })
    }

    @Test func `a key that is too long is refused`() {
        #expect(throws: WorkspaceError.keyTooLong(key: String(repeating: "Ü", count: 50))) {
            try workspace.saveConfig(
                .object(["variants": .array([])]), key: String(repeating: "Ü", count: 50), makesCurrent: true)
        }
    }

    @Test func `contexts hold text, anything else is left out and reported`() throws {
        try folder.write(
            #"{"session_id":"s","customer_id":"c","context":{"plan":"pro","age":5,"x":null}}"#, to: "contexts/full.json"
        )
        try folder.write(#"{"plan":"free"}"#, to: "contexts/flat%20one.json")
        let snapshot = workspace.load()
        #expect(
            snapshot.contexts == [
                SampleContext(name: "flat one", context: ["plan": "free"]),
                SampleContext(name: "full", sessionID: "s", customerID: "c", context: ["plan": "pro"]),
            ])
        #expect(snapshot.problems.map(\.field) == ["context.age"])
        try workspace.removeContext(name: "flat one")
        try workspace.saveContext(SampleContext(name: "Neu", customerID: "x", context: ["a": "b"]))
        #expect(workspace.load().contexts.map(\.name) == ["Neu", "full"])
    }

    @Test func `drafts survive, one per editor, and stay out of git and out of the workspace`() throws {
        let draft = Draft(
            kind: .config, key: "a/b", basedOn: 2, seen: 3, savedAt: Timestamp(unixMilliseconds: 1000),
            parts: [Draft.Part(name: "record", text: "{ not yet")])
        var other = draft
        other.savedAt = Timestamp(unixMilliseconds: 2000)
        let (first, second) = (DraftOwner(id: "e1"), DraftOwner(id: "e2"))
        try workspace.saveDraft(draft, of: first)
        try workspace.saveDraft(other, of: second)
        let found = try WorkspaceFolder(path: folder.path).drafts()
        #expect(found.map(\.draft) == [other, draft])
        #expect(found.map(\.owner) == [second, first])
        try workspace.removeDraft(other, of: second)
        #expect(try workspace.drafts().map(\.draft) == [draft])
        #expect(folder.text(of: ".drafts/.gitignore") == "*\n")
        #expect(workspace.load().configs.isEmpty)
    }

    @Test func `drafts of ended processes are taken over, those of running ones left alone`() throws {
        func save(_ id: String, _ key: String, at milliseconds: Int64) throws {
            let draft = Draft(
                kind: .prompt, key: key, basedOn: 1, savedAt: Timestamp(unixMilliseconds: milliseconds),
                parts: [Draft.Part(name: "system", text: id)])
            try workspace.saveDraft(draft, of: DraftOwner(id: id))
        }
        let running = DraftOwner.current
        #expect(running.isRunning)
        #expect(!DraftOwner(id: "process-999999999-1").isRunning)
        // The number of a process that runs, begun at another time: another process had it.
        let ended = running.id.split(separator: "-").prefix(2).joined(separator: "-") + "-1"
        #expect(!DraftOwner(id: ended).isRunning)
        try save(running.id, "a", at: 3)
        try save("console", "b", at: 2)
        try save(ended, "b", at: 1)
        let taken = try workspace.takeOverDrafts(as: DraftOwner(id: "mine"))
        #expect(taken.map(\.key) == ["b"])
        #expect(taken.first?[part: "system"] == "console")
        #expect(try workspace.drafts().map(\.owner.id) == [running.id, "mine", ended])
        #expect(try workspace.takeOverDrafts(as: DraftOwner(id: "mine")) == taken)
    }

    @Test func `a date that no calendar has is unknown, whatever its numbers`() throws {
        for date in ["9223372036854775807-01-01T00:00:00Z", "2026-99-99T99:99:99Z", "-1-1-1T1:1:1Z", ""] {
            let note = VersionNote(note: "x")
            _ = try workspace.savePrompt(key: "p", system: "", user: "", note: note, makesCurrent: true)
            let version = try #require(workspace.load().prompts["p"]?.currentVersion)
            try folder.write(#"{"note": "x", "created_at": "\#(date)"}"#, to: "prompts/p/\(version)/meta.json")
            #expect(WorkspaceFolder(path: folder.path).load().note(ofPrompt: "p", version: version) == note)
        }
    }

    @Test func `changes of others are told, the newest only`() async throws {
        let path = folder.path
        var seen: [String] = []
        var iterator = workspace.changes().makeAsyncIterator()
        let first = await iterator.next()
        #expect(first?.configs.isEmpty == true)
        _ = try WorkspaceFolder(path: path).saveConfig(
            .object(["variants": .array([])]), key: "new", makesCurrent: true)
        while let snapshot = await iterator.next() {
            seen = snapshot.configs.keys
            if seen == ["new"] { break }
        }
        _ = try WorkspaceFolder(path: path).saveConfig(
            .object(["variants": .array([])]), key: "new", makesCurrent: true)
        while let snapshot = await iterator.next() {
            if snapshot.configs["new"]?.currentVersion == 2 { break }
        }
        #expect(seen == ["new"])
    }

    @Test func `a second load reads only what changed and gives the same`() throws {
        for key in 0..<20 { try folder.write(#"{"variants":[]}"#, to: "configs/k\(key)/1.json") }
        try folder.write("{", to: "configs/bad/1.json")
        let first = workspace.load()
        try folder.write(#"{"variants":[{"model":"m","weight":1}]}"#, to: "configs/k3/1.json")
        let second = workspace.load()
        #expect(second.revision > first.revision)
        #expect(second.problems == first.problems)
        #expect(second.configs.keys == first.configs.keys)
        #expect(second.configs["k3"]?.current?.variants.count == 1)
    }
}
