import Glibc

/// What the surroundings of the process say: its environment variables and folders, as a value so that tests choose it.
struct ProcessEnvironment: Hashable, Sendable {
    /// The variables.
    var variables: [String: String] = [:]
    /// The folder the program was started in, an absolute path.
    var currentDirectory = "/"

    /// The variable's value; an empty one counts as absent.
    subscript(name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    /// The environment of this process.
    static func current() -> ProcessEnvironment {
        var variables: [String: String] = [:]
        var entry = environ
        while let pointer = entry.pointee {
            let text = String(cString: pointer)
            if let separator = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
                variables[String(text[..<separator])] = String(text[text.utf8.index(after: separator)...])
            }
            entry += 1
        }
        var directory = "/"
        if let pointer = getcwd(nil, 0) {
            directory = String(cString: pointer)
            free(pointer)
        }
        return ProcessEnvironment(variables: variables, currentDirectory: directory)
    }

    /// `path` made absolute: `~/` is the home folder, a relative path starts in the current folder.
    func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        if path == "~" { return home }
        if path.hasPrefix("~/") { return home + path.dropFirst() }
        return currentDirectory == "/" ? "/" + path : currentDirectory + "/" + path
    }

    /// The home folder.
    var home: String { self["HOME"] ?? "/" }
}
