import Console
import Display
import SystemCalls

/// The ways to the clipboard of whoever sits at the terminal, and words for what was done: whether a text has arrived in
/// the end, few of them tell.
struct Clipboard: Sendable {
    /// A program that takes text on its standard input.
    struct Tool: Hashable, Sendable {
        /// Its name on `PATH`.
        var name: String
        var arguments: [String] = []
        /// What has become of the text, `%`, when it ends well.
        var outcome: String
        /// Whether it takes UTF-16 alone.
        var wantsUTF16 = false
    }

    private let environment: ProcessEnvironment
    private let patience: Duration

    /// - Parameter patience: a program that takes longer does not take the text: there is no display, or it waits for
    ///   something.
    init(_ environment: ProcessEnvironment, patience: Duration = .seconds(3)) {
        self.environment = environment
        self.patience = patience
    }

    /// The programs that could take a text here. Those after the first are asked only when the ones before failed.
    var tools: [[Tool]] {
        var desktop: [Tool] = []
        let isRemote = environment["SSH_CONNECTION"] != nil || environment["SSH_TTY"] != nil
        if environment["WAYLAND_DISPLAY"] != nil {
            desktop.append(Tool(name: "wl-copy", outcome: "handed % to wl-copy"))
        }
        // Over ssh a display is that of the person's own machine.
        if environment["DISPLAY"] != nil {
            desktop.append(Tool(name: "xclip", arguments: ["-selection", "clipboard"], outcome: "handed % to xclip"))
            desktop.append(Tool(name: "xsel", arguments: ["--clipboard", "--input"], outcome: "handed % to xsel"))
        }
        if !isRemote {
            desktop.append(Tool(name: "pbcopy", outcome: "handed % to pbcopy"))
            desktop.append(Tool(name: "clip.exe", outcome: "handed % to clip.exe", wantsUTF16: true))
        }
        guard environment["TMUX"] != nil else { return [desktop] }
        // With -w tmux (3.2 and later) also sends the text to the terminal it runs in, whatever its set-clipboard says.
        let tmux = [
            Tool(
                name: "tmux", arguments: ["load-buffer", "-w", "-"],
                outcome: "put % into tmux's buffer (prefix ] pastes), which sent it to its terminal"),
            Tool(
                name: "tmux", arguments: ["load-buffer", "-"],
                outcome: "put % into tmux's buffer (prefix ] pastes), not the clipboard"),
        ]
        return [desktop, tmux]
    }

    /// Bytes that terminals known to bound what they take still take: in base64 they stay below 100,000.
    private static let safest = 74_000

    /// Gives a text to whatever takes it; where no program does, to `send`, which says whether the terminal has a way.
    func copy(_ text: String, _ what: String, send: @Sendable () -> Bool) async -> Notice {
        var outcomes: [String] = []
        for kind in tools {
            for tool in kind {
                guard await take(text, tool) else { continue }
                outcomes.append(tool.outcome)
                break
            }
        }
        if !outcomes.isEmpty {
            let told = outcomes.enumerated().map { $1.replacing("%", with: $0 == 0 ? what : "it") }
            return Notice(told.joined(separator: ", and "), .good)
        }
        guard send() else {
            return Notice("this terminal takes no clipboard text (OSC 52); x writes a file instead", .problem)
        }
        let limit =
            environment["TMUX"] != nil
            ? "tmux drops it unless its set-clipboard is on"
            : environment["STY"] != nil ? "GNU screen passes it on, and the terminal may refuse it" : "it may refuse it"
        let size = text.utf8.count
        guard size > Self.safest else {
            return Notice("sent \(what) to the terminal's clipboard (OSC 52); \(limit)")
        }
        return Notice(
            "sent \(what), \(Figure.bytes(size)), to the terminal's clipboard (OSC 52); many cut what is longer than \(Figure.bytes(Self.safest)): x and X write a file"
        )
    }

    /// Whether a program is there and took the text.
    private func take(_ text: String, _ tool: Tool) async -> Bool {
        guard let program = path(of: tool.name) else { return false }
        let bytes = tool.wantsUTF16 ? Self.utf16(text) : Array(text.utf8)
        return (try? await BlockingThread.run { run(program, tool, on: bytes) }) ?? false
    }

    private func run(_ program: String, _ tool: Tool, on bytes: [UInt8]) -> Bool {
        guard let (child, isTaken, watchdog) = try? fed(program, tool, bytes) else { return false }
        defer { watchdog.cancel() }
        return (try? child.wait()) == 0 && isTaken
    }

    /// Starts a program and writes everything to it. One that reads nothing is ended by the watchdog, and the writing with it.
    private func fed(
        _ program: String, _ tool: Tool, _ bytes: [UInt8]
    ) throws(SystemError) -> (child: ChildProcess, isTaken: Bool, watchdog: Task<Void, Never>) {
        // The pipe's end goes with this call: then the program has read all there is.
        let (child, input) = try Self.started(program, tool)
        let watchdog = Task { [patience] in
            try? await Task.sleep(for: patience)
            if !Task.isCancelled { child.terminate() }
        }
        return (child, (try? input.writeAll(bytes)) != nil, watchdog)
    }

    private static func started(_ program: String, _ tool: Tool) throws(SystemError) -> (ChildProcess, Descriptor) {
        let input = try Descriptor.pipe()
        let nowhere = try Descriptor.open("/dev/null", for: .talking)
        let child = try ChildProcess.start(
            program, arguments: [tool.name] + tool.arguments, input: input.reading, output: nowhere, errors: nowhere)
        return (child, input.writing)
    }

    private func path(of name: String) -> String? {
        (environment["PATH"] ?? "").split(separator: ":").lazy.map { "\($0)/\(name)" }
            .first { Files.isExecutable($0) && FileFacts(at: $0)?.kind == .file }
    }

    private static func utf16(_ text: String) -> [UInt8] {
        [0xFF, 0xFE] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
}
