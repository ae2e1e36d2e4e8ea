import ArgumentParser
import Cells
import OrderedJSON
import TraceModel
import TraceStore

/// `fallom pin SESSION`: retention leaves it alone.
struct PinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Keep a session whatever retention would remove.",
        discussion: "The filter is:pinned finds pinned sessions, in commands and on every screen.")

    @OptionGroup var kept: KeepOptions

    @Flag(help: "Let retention have it again.")
    var off = false

    func run() async throws {
        try await kept.change(.pin(!off))
    }
}

/// `fallom note SESSION TEXT`: a note on it.
struct NoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Write a note on a session; without a text, take it away.",
        discussion: "The filters has:note and note:TEXT find it.")

    @OptionGroup var kept: KeepOptions

    @Argument(help: "The note; it takes the place of the one before.")
    var text: [String] = []

    func run() async throws {
        let note = text.joined(separator: " ")
        guard note.utf8.count <= KeptSession.longestNote else {
            throw CommandFailure(
                "the note has \(note.utf8.count) bytes; 20,000 are the most", hint: "Keep long texts in a file.")
        }
        try await kept.change(.note(note))
    }
}

/// `fallom label SESSION LABEL…`: words to find it by.
struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label", abstract: "Put labels on a session.", discussion: "The filter label:LABEL finds it.")

    @OptionGroup var kept: KeepOptions

    @Argument(help: "The labels.")
    var labels: [String]

    @Flag(help: "Take them away.")
    var off = false

    func validate() throws {
        guard labels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= KeptSession.longestLabel }),
            labels.count <= KeptSession.mostLabels
        else {
            throw ValidationError("a label has 1 to 200 bytes, and at most 100 are given at once")
        }
    }

    func run() async throws {
        try await kept.change(off ? .unlabel(labels) : .label(labels))
    }
}

/// The session whose keeping is changed.
struct KeepOptions: ParsableArguments {
    @OptionGroup var shared: ReadingOptions

    @Argument(help: "The session's id.")
    var session: String

    @Flag(help: "Print what is kept now as one JSON object.")
    var json = false

    /// Changes what is kept of it, and says what is kept then.
    func change(_ change: KeepChange) async throws {
        let settings = try shared.settings()
        let store = try await StoreAccess.changing(settings)
        guard let kept = try await store.keep(session, change) else {
            throw CommandFailure(
                "there is no session '\(harmlessText(session))'", hint: "'fallom sessions' lists them.")
        }
        try await store.close()
        try StandardOutput.print(
            json: json, [JSONValue.object(KeptDocument.members(kept, withID: true))], [KeptDocument.line(kept)])
    }
}
