import Foundation
import Prompts
import Testing

/// What `git apply` makes of our patches.
@Suite struct UnifiedDiffTests {
    @Test func `git applies our patches forwards and backwards, byte for byte`() throws {
        let count = Int(ProcessInfo.processInfo.environment["FALLOM_DIFF_EDITS"] ?? "") ?? 300
        let folder = FileManager.default.temporaryDirectory.appending(path: "fallom-diff-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var random = SeededGenerator(state: 42)
        var patch = Data()
        var cases: [(name: String, old: Data, new: Data)] = []
        for index in 0..<count {
            let old = index == 0 ? "" : Prose.text(&random)
            let new = index == 1 ? "" : Prose.edited(index == 0 ? "fresh" : old, &random)
            if old.utf8.elementsEqual(new.utf8) { continue }
            let name = index % 50 == 3 ? "pröm pt \"\(index)\".txt" : "prompt-\(index).txt"
            cases.append((name, Data(old.utf8), Data(new.utf8)))
            try Data(old.utf8).write(to: folder.appending(path: name))
            patch.append(contentsOf: TextDiff(old: old, new: new).unified(path: name, context: index % 4))
        }
        try patch.write(to: folder.appending(path: "all.patch"))
        try git(["init", "-q"], in: folder)
        try git(["apply", "--unidiff-zero", "--whitespace=nowarn", "all.patch"], in: folder)
        for item in cases {
            #expect(try Data(contentsOf: folder.appending(path: item.name)) == item.new, "\(item.name)")
        }
        try git(["apply", "-R", "--unidiff-zero", "--whitespace=nowarn", "all.patch"], in: folder)
        for item in cases {
            #expect(try Data(contentsOf: folder.appending(path: item.name)) == item.old, "\(item.name)")
        }
    }

    @Test func `hunks are placed and missing line ends told as git does`() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh"
        let new = "a\nb\nc\nd\nE\nf\ng\nh\n"
        let patch = String(decoding: TextDiff(old: old, new: new).unified(path: "p", context: 1), as: UTF8.self)
        #expect(
            patch == """
                diff --git a/p b/p
                --- a/p
                +++ b/p
                @@ -4,5 +4,5 @@
                 d
                -e
                +E
                 f
                 g
                -h
                \\ No newline at end of file
                +h

                """)
        #expect(TextDiff(old: old, new: old).unified(path: "p").isEmpty)
    }

    private func git(_ arguments: [String], in folder: URL) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        process.currentDirectoryURL = folder
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let message = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(
            process.terminationStatus == 0, "git \(arguments): \(String(decoding: message, as: UTF8.self).prefix(600))")
    }
}
