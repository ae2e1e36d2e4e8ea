import Cells
import Yams

extension ThemeDefinition {
    /// Reads a theme's file: what is right in it, and every mistake with line and column.
    static func read(yaml text: String, name: String, path: String) -> (ThemeDefinition, [ConfigurationMistake]) {
        var theme = ThemeDefinition(name: name)
        var mistakes: [ConfigurationMistake] = []
        func noting(_ body: () throws -> Void) {
            do {
                try body()
            } catch let mistake as ConfigurationMistake {
                mistakes.append(mistake)
            } catch {
                mistakes.append(ConfigurationMistake(path: path, line: 1, column: 1, message: "\(error)"))
            }
        }
        let reader = YAMLReader(path: path)
        noting {
            guard let root = try YAMLReader.compose(text, path: path) else { return }
            for (entryName, entry) in try reader.entries(of: root) {
                noting { try theme.take(entry, entryName, reader) }
            }
        }
        return (theme, mistakes)
    }

    private mutating func take(_ entry: YAMLReader.Entry, _ name: String, _ reader: YAMLReader) throws {
        lines[name] = entry.key.mark?.line
        switch name {
        case "about": about = try reader.text(entry, name)
        case "inherits": inherits = try reader.text(entry, name)
        case "palette": palette = try reader.texts(entry, name, &lines)
        case "roles": roles = try reader.texts(entry, name, &lines)
        case "mono": mono = try reader.texts(entry, name, &lines)
        default:
            throw reader.mistake(
                entry.key, "unknown entry '\(name)'; known are about, inherits, palette, roles, mono")
        }
    }
}

extension YAMLReader {
    /// A mapping of names to texts, and the line of each.
    fileprivate func texts(_ entry: Entry, _ name: String, _ lines: inout [String: Int]) throws -> [String: String] {
        var texts: [String: String] = [:]
        for (key, inner) in try entries(of: entry.value) {
            texts[key] = try text(inner, "\(name).\(key)")
            lines["\(name).\(key)"] = inner.key.mark?.line
        }
        return texts
    }
}
