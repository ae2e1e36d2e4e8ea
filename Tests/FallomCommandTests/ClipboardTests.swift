import Foundation
import Glibc
import Testing

@testable import Console
@testable import FallomCommand

@Suite struct ClipboardTests {
    private let folder: String

    init() throws {
        // As in the program: a pipe that nobody reads is an error of the write, no signal.
        signal(SIGPIPE, SIG_IGN)
        folder = FileManager.default.temporaryDirectory.path + "/fallom-clipboard-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// A program that keeps what it was called with and given, and ends as it is told.
    private func install(_ name: String, _ script: String = "exit 0") throws {
        let path = "\(folder)/\(name)"
        let text =
            "#!/bin/sh\nPATH=/bin:/usr/bin\necho \"$*\" >> \(path).called\n[ -e \(path).blind ] || cat > \(path).given\n\(script)\n"
        try writeExecutable(text, to: path)
        // What one of that name noted before.
        for end in [".called", ".given"] { try? FileManager.default.removeItem(atPath: path + end) }
    }

    private func copy(_ text: String, _ variables: [String: String], terminalTakes: Bool = true) async -> Notice {
        let environment = ProcessEnvironment(variables: variables.merging(["PATH": folder]) { $1 })
        return await Clipboard(environment, patience: .seconds(600)).copy(text, "id") { terminalTakes }
    }

    private func given(to name: String) -> Data? { FileManager.default.contents(atPath: "\(folder)/\(name).given") }

    @Test(arguments: [
        (["WAYLAND_DISPLAY": "w"], "wl-copy"), (["DISPLAY": ":0"], "xclip"), (["DISPLAY": ":0"], "xsel"),
        ([:], "pbcopy"),
    ]) func `a desktop's program gets the text, and is named`(_ variables: [String: String], _ name: String)
        async throws
    {
        try install(name)
        let notice = await copy("日本 text", variables)
        #expect(notice.text == "handed id to \(name)")
        #expect(given(to: name) == Data("日本 text".utf8))
    }

    @Test func `Windows's gets UTF-16`() async throws {
        try install("clip.exe")
        #expect(await copy("é", [:]).text == "handed id to clip.exe")
        #expect(given(to: "clip.exe") == Data([0xFF, 0xFE, 0xE9, 0x00]))
    }

    @Test func `tmux gets a buffer, and an older one no promise of more`() async throws {
        try install("tmux", "case \"$*\" in *-w*) exit 1;; esac")
        let notice = await copy("text", ["TMUX": "/tmp/x,1,0"])
        #expect(notice.text == "put id into tmux's buffer (prefix ] pastes), not the clipboard")
        try install("tmux")
        #expect(await copy("text", ["TMUX": "/tmp/x,1,0"]).text.hasSuffix("which sent it to its terminal"))
        let calls = try String(contentsOfFile: "\(folder)/tmux.called", encoding: .utf8)
        #expect(calls == "load-buffer -w -\n")
    }

    @Test func `where no program takes it, the terminal is asked, and nothing is claimed`() async throws {
        try install("xclip", "exit 1")
        let notice = await copy("text", ["DISPLAY": ":0"])
        #expect(notice.text == "sent id to the terminal's clipboard (OSC 52); it may refuse it")
        #expect(await copy("text", ["TMUX": "x"]).text.hasSuffix("tmux drops it unless its set-clipboard is on"))
        #expect(await copy("text", ["STY": "x"]).text.contains("GNU screen"))
        #expect(await copy("text", [:], terminalTakes: false).tone == .problem)
        // Over ssh the desktop of this machine is somebody else's.
        try install("pbcopy")
        #expect(await copy("text", ["SSH_TTY": "/dev/pts/1"]).text.contains("OSC 52"))
    }

    @Test func `a program that ends without reading did not take it`() async throws {
        try install("xclip")
        try Data().write(to: URL(fileURLWithPath: "\(folder)/xclip.blind"))
        let notice = await copy(String(repeating: "x", count: 1 << 20), ["DISPLAY": ":0"])
        #expect(notice.text.contains("OSC 52"))
    }
}
