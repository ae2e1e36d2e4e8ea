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
}
