import Cells
import Themes
import WorkspaceModel

/// The themes one can choose: those in the binary, and the user's own files, which come first where names are equal.
struct ThemeLibrary: Sendable {
    /// All definitions, the user's before the shipped ones.
    var definitions: [ThemeDefinition] = []
    /// Files of the user that cannot be read, in words.
    var problems: [String] = []

    /// The theme where no other is asked for.
    static let standard = "dark"

    /// Reads the shipped themes and those of a folder, which need not exist.
    static func load(userFolder: String) throws -> ThemeLibrary {
        var library = ThemeLibrary()
        for file in TextFile.names(in: userFolder) where file.hasSuffix(".yaml") {
            let path = "\(userFolder)/\(file)"
            do {
                let text = try TextFile.read(path) ?? ""
                library.definitions.append(
                    try ThemeDefinition(yaml: text, name: String(file.dropLast(5)), path: path))
            } catch let mistake as ConfigurationMistake {
                library.problems.append(mistake.failure.message)
            } catch {
                library.problems.append(CommandFailure(explaining: error).message)
            }
        }
        for file in ShippedThemes.files where !library.definitions.contains(where: { $0.name == file.name }) {
            library.definitions.append(
                try ThemeDefinition(yaml: file.yaml, name: file.name, path: "\(file.name).yaml"))
        }
        return library
    }

    /// The theme of that name.
    ///
    /// - Throws: A usage failure when there is none; smaller mistakes of a theme are for `fallom doctor`.
    func theme(_ name: String) throws -> Theme {
        guard definitions.contains(where: { $0.name == name }) else {
            let known = definitions.map(\.name).sorted().joined(separator: ", ")
            throw CommandFailure.usage("there is no theme '\(name)'", hint: "There are \(known).")
        }
        return ThemeDefinition.resolve(name, among: definitions).theme
    }

    /// What is wrong with the user's own themes.
    func mistakes() -> [String] {
        problems
            + definitions.flatMap { definition in
                ThemeDefinition.resolve(definition.name, among: definitions).problems.map(\.description)
            }
    }
}
