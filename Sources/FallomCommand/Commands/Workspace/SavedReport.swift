import Assignment
import Cells
import OrderedJSON
import Workspace
import WorkspaceModel

/// What saving or switching a version did, for people and as JSON.
struct SavedReport {
    let kind: String
    let key: String
    let saved: SavedVersion

    init(_ kind: String, _ key: String, _ saved: SavedVersion) {
        self.kind = kind
        self.key = key
        self.saved = saved
    }

    /// Prints it; a conflict with others' versions is said on standard error.
    func print(json: Bool) throws {
        let document: JSONValue = [
            "key": .string(key), "version": .number(saved.version), "current": .bool(saved.isCurrent),
            "saved_by_others": .array(saved.savedByOthers.map { .number($0) }),
        ]
        let state = saved.isCurrent ? "current" : "not current"
        try StandardOutput.print(
            json: json, [document], [harmlessText("saved \(kind) \(key) version \(saved.version), \(state)")])
        guard !saved.savedByOthers.isEmpty else { return }
        let others = saved.savedByOthers.map(String.init).joined(separator: ", ")
        StandardError.line("version \(others) was saved meanwhile: both are kept, and the current one did not move")
    }

    /// Ends a command that would save what gives somebody an error: a saved version is never changed.
    static func refuse(_ error: ConfigProblem?, in place: String) throws(CommandFailure) {
        guard let error else { return }
        throw CommandFailure(
            "\(place): \(error.path): \(error.message)", hint: "Correct it; --force saves it all the same.")
    }

    /// Prints that a version became current.
    static func printUsed(_ kind: String, _ key: String, _ version: Int, json: Bool) throws {
        let document: JSONValue = ["key": .string(key), "version": .number(version), "current": true]
        try StandardOutput.print(
            json: json, [document], [harmlessText("\(kind) \(key) now serves version \(version)")])
    }
}
