import Testing

@testable import NcursesTerminal

struct ClipboardTests {
    @Test func `GNU screen gets clipboard text in short pieces, each wrapped`() {
        let text = String(repeating: "日本 and more. ", count: 500)
        let sent = TerminalModes.clipboard(text, through: .screen)
        let pieces = sent.split(separator: "\u{1B}\\")
        #expect(pieces.count > 10)
        #expect(pieces.allSatisfy { $0.hasPrefix("\u{1B}P") && $0.utf8.count <= 242 })
        #expect(pieces.map { $0.dropFirst(2) }.joined() == TerminalModes.clipboard(text))
    }

    @Test func `what tmux and screen leave in the environment tells of them`() {
        #expect(TerminalOptions(environment: ["TMUX": "/tmp/tmux-0/default,1,0", "STY": "1.x"]).multiplexer == .tmux)
        #expect(TerminalOptions(environment: ["STY": "1.x", "TMUX": ""]).multiplexer == .screen)
        #expect(TerminalOptions(environment: [:]).multiplexer == nil)
    }
}
