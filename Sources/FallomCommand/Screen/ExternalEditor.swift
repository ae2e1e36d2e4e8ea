import SystemCalls

/// The person's own editor on a private copy of a text.
struct ExternalEditor: Sendable {
    /// What `$VISUAL`, else `$EDITOR`, says; the shell splits it, so that it may carry options.
    let command: String

    /// - Parameter environment: where the choice is looked up; `vi` where there is none.
    init(_ environment: ProcessEnvironment) {
        command = environment["VISUAL"] ?? environment["EDITOR"] ?? "vi"
    }

    /// Lets the person edit a text; blocks until the editor ends. The terminal must be theirs meanwhile.
    ///
    /// - Parameter name: the file's name, for the editor's title and syntax.
    /// - Returns: the new text; `nil` when it did not change.
    /// - Throws: ``CommandFailure`` when the editor cannot be run, failed, or left something that is not UTF-8.
    func edit(_ text: String, name: String) throws -> String? {
        let folder: String
        do throws(SystemError) {
            folder = try Files.makeTemporaryFolder("/tmp/fallom-edit-")
        } catch {
            throw CommandFailure.system("cannot make a folder in", "/tmp", error)
        }
        let path =
            folder + "/" + name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? String($0) : "_" }.joined()
        // What the editor left beside it goes too.
        defer { try? Files.removeTree(folder) }
        try write(text, to: path)
        try run(path)
        guard let edited = try TextFile.read(path) else { return nil }
        return edited.utf8.elementsEqual(text.utf8) ? nil : edited
    }

    private func write(_ text: String, to path: String) throws {
        do throws(SystemError) {
            try Descriptor.open(path, for: .creating).writeAll(Array(text.utf8))
        } catch {
            throw CommandFailure.system("cannot write", path, error)
        }
    }

    private func run(_ path: String) throws {
        let arguments = ["/bin/sh", "-c", "\(command) \"$1\"", "sh", path]
        let status: Int32
        do throws(SystemError) {
            status = try ChildProcess.start("/bin/sh", arguments: arguments).wait()
        } catch {
            throw CommandFailure.system("cannot run", command, error)
        }
        guard status == 0 else {
            throw CommandFailure("the editor '\(command)' failed", hint: "Set EDITOR to one that is installed.")
        }
    }
}
