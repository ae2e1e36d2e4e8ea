import OrderedJSON
import Synchronization
import SystemCalls

/// The person's own editor on a private copy of a text.
///
/// Nothing that was typed is thrown away: what cannot be taken stays in its file, and the next time the same text is edited
/// the editor opens that.
final class ExternalEditor: Sendable {
    /// What `$VISUAL`, else `$EDITOR`, says; the shell splits it, so that it may carry options.
    private let command: String
    /// Files that were kept, by the name of their text.
    private let kept = Mutex<[String: String]>([:])

    /// An editor that ends sooner than a person can read has left its window open and the text to be saved later.
    private static let shortestStay = Duration.milliseconds(500)

    /// - Parameter environment: where the choice is looked up; `vi` where there is none.
    init(_ environment: ProcessEnvironment) {
        command = environment["VISUAL"] ?? environment["EDITOR"] ?? "vi"
    }

    /// Lets the person edit a text; blocks until the editor ends. The terminal must be theirs meanwhile.
    ///
    /// - Parameter name: the file's name, for the editor's title and syntax.
    /// - Returns: the new text; `nil` when it did not change.
    ///
    /// A file `….json` that is no JSON any more is opened again with what was typed, at the mistake, until it is JSON or comes
    /// back as it was.
    ///
    /// - Throws: ``CommandFailure`` when the editor cannot be run, failed, returned at once, or left something that is not
    ///   UTF-8 or no JSON; it says where what was typed is.
    func edit(_ text: String, name: String) throws -> String? {
        let earlier = kept.withLock { $0.removeValue(forKey: name) }
        let path = try earlier ?? makeFile(text, name)
        do {
            let change = try edited(path, from: text, name)
            removeFile(path)
            return change
        } catch {
            throw keeping(path, as: name, error)
        }
    }

    private func edited(_ path: String, from text: String, _ name: String) throws -> String? {
        var rejected: (text: String, mistake: JSONError)?
        while true {
            let start = ContinuousClock.now
            try run(path, at: rejected?.mistake)
            guard let bytes = try TextFile.bytes(path, mustExist: false) else {
                throw CommandFailure("'\(command)' removed the file it was given")
            }
            guard let edited = String(validating: bytes, as: UTF8.self) else {
                throw CommandFailure("'\(command)' left text that is not UTF-8")
            }
            guard let change = Self.change(from: text, to: edited) else {
                guard rejected != nil || ContinuousClock.now - start >= Self.shortestStay else {
                    throw CommandFailure("'\(command)' returned at once, with nothing changed yet")
                }
                return nil
            }
            guard name.hasSuffix(".json"), let mistake = Self.mistake(in: change) else { return change }
            if let rejected, rejected.text.utf8.elementsEqual(change.utf8) {
                throw CommandFailure("\(name) is no JSON: \(mistake)")
            }
            // Where the editor takes the whole screen, the cursor says the place.
            StandardError.line("\(name) is no JSON yet: \(mistake)")
            rejected = (change, mistake)
        }
    }

    private static func mistake(in text: String) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONValue(parsing: Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    /// What a person changed; a line break that the editor put at the end of a text without one is none.
    static func change(from text: String, to edited: String) -> String? {
        var edited = edited
        let isBroken = edited.utf8.last == 0x0A && text.utf8.last != 0x0A
        if isBroken { edited.removeLast() }
        return edited.utf8.elementsEqual(text.utf8) ? nil : edited
    }

    private func keeping(_ path: String, as name: String, _ error: any Error) -> CommandFailure {
        let failure = CommandFailure(explaining: error)
        kept.withLock { $0[name] = path }
        return CommandFailure("\(failure.message); editing it again goes on with \(path)", hint: failure.hint)
    }

    private func makeFile(_ text: String, _ name: String) throws -> String {
        let folder = try CommandFailure.telling("cannot make a folder in", "/tmp") {
            try Files.makeTemporaryFolder("/tmp/fallom-edit-")
        }
        let path =
            folder + "/" + name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? String($0) : "_" }.joined()
        try CommandFailure.telling("cannot write", path) {
            try Descriptor.open(path, for: .creating).writeAll(Array(text.utf8))
        }
        return path
    }

    /// What the editor left beside the file goes too.
    private func removeFile(_ path: String) {
        guard let end = path.lastIndex(of: "/") else { return }
        try? Files.removeTree(String(path[..<end]))
    }

    private func run(_ path: String, at mistake: JSONError?) throws {
        let place = mistake.flatMap { EditorPlace(command: command, line: $0.line, column: $0.column) }
        let words = place.map { ["sh", $0.path(path), $0.option].compactMap { $0 } } ?? ["sh", path]
        let options = words.count > 2 ? "\"$2\" " : ""
        let arguments = ["/bin/sh", "-c", "\(command) \(options)\"$1\""] + words
        let status = try CommandFailure.telling("cannot run", command) {
            try ChildProcess.start("/bin/sh", arguments: arguments).wait()
        }
        guard status == 0 else {
            throw CommandFailure(
                "the editor '\(command)' failed (status \(status >> 8 & 0xFF))",
                hint: "Set EDITOR to one that is installed.")
        }
    }
}

/// How an editor is told where to begin, for those that can be.
private struct EditorPlace {
    /// What stands before the file.
    var option: String?
    /// What stands behind its name.
    var suffix = ""

    init?(command: String, line: Int, column: Int) {
        let program = command.split(separator: " ").first ?? ""
        switch program.split(separator: "/").last ?? "" {
        case "vim", "nvim", "gvim": option = "+call cursor(\(line),\(column))"
        case "vi", "view", "nvi", "elvis", "joe", "jmacs", "mg", "ne", "jed": option = "+\(line)"
        case "nano", "pico", "rnano": option = "+\(line),\(column)"
        case "emacs", "emacsclient", "micro", "kak": option = "+\(line):\(column)"
        case "hx", "helix", "subl", "zed": suffix = ":\(line):\(column)"
        default: return nil
        }
    }

    func path(_ path: String) -> String { path + suffix }
}
