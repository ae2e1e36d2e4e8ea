import SystemCalls
import WorkspaceModel

/// The file `current` in a key's folder: the version that is served as current, as decimal digits.
enum CurrentPointer {
    /// The version it names; `nil` when there is none, or it names none that is there, which is reported.
    static func read(
        in folder: String, of files: WorkspaceFiles, versions: [Int], _ problems: inout [WorkspaceProblem]
    ) -> Int? {
        let path = "\(folder)/current"
        guard FileFacts(at: path) != nil else { return nil }
        do throws(FileFault) {
            let text = try files.text(path)
            guard let version = version(in: text) else {
                throw FileFault(path: path, message: "is not a version number; the highest version is served")
            }
            guard versions.contains(version) else {
                throw FileFault(
                    path: path, message: "names version \(version), which is not there; the highest version is served")
            }
            return version
        } catch {
            problems.append(error.problem)
            return nil
        }
    }

    /// The version a pointer file names; `nil` when there is none.
    static func version(ofFolder folder: String, of files: WorkspaceFiles) throws(WorkspaceError) -> Int? {
        let path = "\(folder)/current"
        guard FileFacts(at: path) != nil else { return nil }
        return version(in: String(decoding: try files.read(path), as: UTF8.self))
    }

    /// Points at a version.
    static func write(_ version: Int, in folder: WritableFolder) throws(WorkspaceError) {
        try folder.replace(Array("\(version)\n".utf8), name: "current")
    }

    private static func version(in text: String) -> Int? {
        var digits = text[...]
        while let last = digits.last, last.isWhitespace { digits.removeLast() }
        while let first = digits.first, first.isWhitespace { digits.removeFirst() }
        return Int(digits)
    }
}
