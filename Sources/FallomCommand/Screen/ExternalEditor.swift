import Glibc

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
        var template = Array("/tmp/fallom-edit-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CommandFailure.system("cannot make a folder in", "/tmp") }
        let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let path =
            folder + "/" + name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? String($0) : "_" }.joined()
        defer {
            unlink(path)
            rmdir(folder)
        }
        try write(text, to: path)
        try run(path)
        guard let edited = try TextFile.read(path) else { return nil }
        return edited.utf8.elementsEqual(text.utf8) ? nil : edited
    }

    private func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw CommandFailure.system("cannot write", path) }
        defer { close(file) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw CommandFailure.system("cannot write", path)
            }
        }
    }

    private func run(_ path: String) throws {
        let arguments = ["/bin/sh", "-c", "\(command) \"$1\"", "sh", path]
        var pointers = arguments.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        var child = pid_t()
        let started = posix_spawn(&child, "/bin/sh", nil, nil, pointers, environ)
        guard started == 0 else { throw CommandFailure.system("cannot run", command, code: started) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            throw CommandFailure("the editor '\(command)' failed", hint: "Set EDITOR to one that is installed.")
        }
    }
}
