import Cells
import Console
import Themes
import WorkspaceModel

/// The themes one can choose: those in the binary, and the user's own files, which come first where names are equal.
struct ThemeLibrary: Sendable {
    /// All definitions, the user's before the shipped ones.
    var definitions: [ThemeDefinition] = []
    /// Files of the user that cannot be read, in words.
    var problems: [String] = []

    /// The theme where no other is asked for: dark or light, as the terminal is.
    static let standard = ConsoleSettings.automaticTheme

    /// Reads the shipped themes and those of a folder, which need not exist.
    static func load(userFolder: String) -> ThemeLibrary {
        var library = ThemeLibrary()
        for file in TextFile.names(in: userFolder) where file.hasSuffix(".yaml") {
            let path = "\(userFolder)/\(file)"
            do {
                let text = try TextFile.read(path) ?? ""
                let (definition, mistakes) = ThemeDefinition.read(
                    yaml: text, name: String(file.dropLast(5)), path: path)
                library.definitions.append(definition)
                library.problems += mistakes.map(\.failure.message)
            } catch {
                library.problems.append(CommandFailure(explaining: error).message)
            }
        }
        for file in ShippedThemes.files where !library.definitions.contains(where: { $0.name == file.name }) {
            let (definition, mistakes) = ThemeDefinition.read(
                yaml: file.yaml, name: file.name, path: "\(file.name).yaml")
            library.definitions.append(definition)
            library.problems += mistakes.map(\.failure.message)
        }
        return library
    }

    /// Refuses the name of a theme that is not there.
    ///
    /// - Throws: A usage failure; smaller mistakes of a theme are for `fallom doctor`.
    func check(_ name: String) throws {
        guard name != Self.standard, !definitions.contains(where: { $0.name == name }) else { return }
        let known = ([Self.standard] + choices.map(\.name)).joined(separator: ", ")
        throw CommandFailure.usage("there is no theme '\(name)'", hint: "There are \(known).")
    }

    /// The theme of that name; one that is not there has the terminal's own colours.
    func theme(_ name: String) -> Theme { ThemeDefinition.resolve(name, among: definitions).theme }

    /// What the console offers: the user's own first, then those in the binary.
    var choices: [ConsoleSettings.ThemeChoice] {
        definitions.map { ConsoleSettings.ThemeChoice(name: $0.name, about: $0.about) }
    }

    /// What is wrong with the user's own themes.
    func mistakes() -> [String] {
        problems
            + definitions.flatMap { definition in
                ThemeDefinition.resolve(definition.name, among: definitions).problems.map(\.description)
            }
    }
}
