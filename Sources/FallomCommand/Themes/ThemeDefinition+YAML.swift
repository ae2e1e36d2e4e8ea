import Cells
import Yams

extension ThemeDefinition {
    /// Reads a theme's file.
    ///
    /// - Throws: ``ConfigurationMistake`` with line and column.
    init(yaml text: String, name: String, path: String) throws {
        self.init(name: name)
        guard let root = try YAMLReader.compose(text, path: path) else { return }
        let reader = YAMLReader(path: path)
        for (entryName, entry) in try reader.entries(of: root) {
            switch entryName {
            case "about": about = try reader.text(entry, entryName)
            case "inherits": inherits = try reader.text(entry, entryName)
            case "palette": palette = try reader.texts(entry, entryName)
            case "roles": roles = try reader.texts(entry, entryName)
            case "mono": mono = try reader.texts(entry, entryName)
            default:
                throw reader.mistake(
                    entry.key, "unknown entry '\(entryName)'; known are about, inherits, palette, roles, mono")
            }
        }
    }
}

extension YAMLReader {
    /// A mapping of names to texts.
    func texts(_ entry: Entry, _ name: String) throws -> [String: String] {
        var texts: [String: String] = [:]
        for (key, inner) in try entries(of: entry.value) { texts[key] = try text(inner, "\(name).\(key)") }
        return texts
    }
}
