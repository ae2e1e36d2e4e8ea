import Foundation
import Testing

@testable import FallomCommand

struct ExternalEditorTests {
    private func editor(_ command: String) -> ExternalEditor {
        ExternalEditor(ProcessEnvironment(variables: ["EDITOR": command]))
    }

    @Test(arguments: [
        ("one", "one\n", nil), ("one\n", "one\n", nil), ("one", "one\ntwo\n", "one\ntwo"), ("one\n", "two\n", "two\n"),
        ("one\n", "one", "one"), ("", "\n", nil), ("one\n", "one\n\n", "one\n\n"),
    ])
    func `a line break that an editor adds at the end is no change`(
        _ text: String, _ edited: String, _ change: String?
    ) {
        #expect(ExternalEditor.change(from: text, to: edited) == change)
    }

    @Test func `what was typed comes back`() throws {
        #expect(try editor("sleep 0.6; sed -i s/one/two/").edit("one three", name: "a b.txt") == "two three")
    }

    @Test(arguments: [
        ("printf 'typed' > \"$1\"; exit 3 #", "failed (status 3)"), ("printf '\\377typed' > \"$1\" #", "is not UTF-8"),
        ("true", "returned at once"),
    ])
    func `what cannot be taken is kept, and opened the next time`(_ command: String, _ message: String) throws {
        let editor = editor(command)
        let failure = #expect(throws: CommandFailure.self) { try editor.edit("text", name: "draft.txt") }
        let told = try #require(failure?.message)
        #expect(told.contains(message))
        let path = try #require(told.split(separator: " ").last.map(String.init))
        #expect(path.hasSuffix("/draft.txt"))
        // Saved by the window that was left open.
        try "saved later".write(toFile: path, atomically: true, encoding: .utf8)
        if command == "true" {
            #expect(try editor.edit("text", name: "draft.txt") == "saved later")
            #expect(!FileManager.default.fileExists(atPath: path))
        } else {
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    /// An editor that writes what the script says at its Nth call, and notes what it was called with and found.
    private func scripted(_ texts: [String], named name: String = "editor") throws -> (command: String, log: String) {
        let folder = FileManager.default.temporaryDirectory.path + "/fallom-editor-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (index, text) in texts.enumerated() {
            try text.write(toFile: "\(folder)/\(index + 1)", atomically: true, encoding: .utf8)
        }
        let script = """
            #!/bin/sh
            for file; do :; done
            echo "$*: $(cat "$file")" >> \(folder)/log
            calls=$(grep -c : \(folder)/log)
            [ -e \(folder)/$calls ] && cat \(folder)/$calls > "$file"
            exit 0
            """
        let path = "\(folder)/\(name)"
        try writeExecutable(script, to: path)
        return (path, "\(folder)/log")
    }

    @Test func `JSON with a mistake is opened again with what was typed, at the mistake`() throws {
        let (command, log) = try scripted(["{\"a\": 1,\n \"b\" 2}", "{\"a\": 1, \"b\": 2}"], named: "nano")
        #expect(try editor(command).edit("{}\n", name: "c.json") == "{\"a\": 1, \"b\": 2}")
        let calls = try String(contentsOfFile: log, encoding: .utf8)
        #expect(calls.contains("+2,6 "))
        #expect(calls.contains("\"b\" 2}"))
    }

    @Test func `JSON that comes back with the same mistake is kept`() throws {
        let (command, _) = try scripted(["{\"a\" 1}"])
        let editor = editor(command)
        let failure = #expect(throws: CommandFailure.self) { try editor.edit("{}\n", name: "c.json") }
        let told = try #require(failure?.message)
        #expect(told.contains("c.json is no JSON: line 1, column 6"))
        let path = try #require(told.split(separator: " ").last.map(String.init))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "{\"a\" 1}")
    }

    @Test func `a file that the editor removed is no empty text`() throws {
        let failure = #expect(throws: CommandFailure.self) { try editor("rm").edit("text", name: "draft.txt") }
        #expect(failure?.message.contains("removed the file") == true)
    }
}
