import Cells
import Console
import Yams

extension YAMLReader {
    /// The key map: its name, or its name and changes. All mistakes in it are told at once.
    func keys(_ entry: Entry) throws -> KeyMap {
        if case .scalar = entry.value { return KeyMap(base: try base(entry)) }
        var base = KeyMap.Base.default
        var changes: [String: [KeyMap.Chord]] = [:]
        var places: [String: Node] = [:]
        var mistakes: [ConfigurationMistake] = []
        for (name, inner) in try entries(of: entry.value) {
            do {
                if name == "map" {
                    base = try self.base(inner)
                } else {
                    try checkCommand(name, inner)
                    changes[name] = try chords(inner, of: name)
                    places[name] = inner.key
                }
            } catch let mistake as ConfigurationMistake {
                mistakes.append(mistake)
            }
        }
        let map = KeyMap(base: base, changes: changes)
        for conflict in map.conflicts {
            let place = places[conflict.command] ?? entry.key
            mistakes.append(mistake(place, "keys.\(conflict.command): \(conflict.message)"))
        }
        mistakes.sort { ($0.line, $0.column) < ($1.line, $1.column) }
        if var first = mistakes.first {
            first.others = Array(mistakes.dropFirst())
            throw first
        }
        return map
    }

    private func base(_ entry: Entry) throws -> KeyMap.Base {
        let name = try text(entry, "keys")
        if let base = KeyMap.Base(rawValue: name) { return base }
        let known = KeyMap.Base.allCases.map(\.rawValue).joined(separator: ", ")
        throw mistake(entry.value, "there is no key map '\(name)'; known are \(known)")
    }

    private func checkCommand(_ name: String, _ entry: Entry) throws {
        let names = CommandTable.all.map(\.name)
        guard !names.contains(name) else { return }
        let near = names.min { EditDistance.between($0, name) < EditDistance.between($1, name) } ?? ""
        throw mistake(
            entry.key, "keys: there is no command '\(name)'; did you mean \(near)? 'fallom keys' lists them")
    }

    /// One chord, a list of them, or none for no key at all.
    private func chords(_ entry: Entry, of name: String) throws -> [KeyMap.Chord] {
        var nodes = [entry.value]
        if case .sequence(let list) = entry.value { nodes = Array(list) }
        return try nodes.compactMap { node in
            guard case .scalar(let scalar) = node else {
                throw mistake(node, "keys.\(name) must be keys, as C-d or g g")
            }
            if scalar.string == "none" || scalar.string.isEmpty { return nil }
            return try scalar.string.split(separator: " ").map { word in
                guard let key = Key(String(word)) else {
                    let meant = Self.meant(String(word)).map { "did you mean \($0)? " } ?? ""
                    throw mistake(
                        node,
                        "keys.\(name): '\(word)' is no key; \(meant)keys are a letter, C-d, M-x, S-Up, Enter, Tab, Esc, Space, "
                            + "Up, PgDn, F5")
                }
                return key
            }
        }
    }

    /// The key that a word means elsewhere: `Ctrl+F`, `<C-f>`, `alt-x`, `Escape`.
    private static func meant(_ word: String) -> String? {
        let bare = word.filter { !"<>".contains($0) }
        let signs = [
            ("ctrl", "C-"), ("control", "C-"), ("c", "C-"), ("alt", "M-"), ("meta", "M-"), ("option", "M-"),
            ("m", "M-"),
            ("shift", "S-"), ("s", "S-"),
        ]
        let names = ["escape": "Esc", "return": "Enter", "pagedown": "PgDn", "pageup": "PgUp", "delete": "Del"]
        if let name = names[bare.lowercased()] { return name }
        guard let cut = bare.firstIndex(where: { "+-".contains($0) }) else { return nil }
        let (modifier, key) = (bare[..<cut].lowercased(), String(bare[bare.index(after: cut)...]))
        guard let sign = signs.first(where: { $0.0 == modifier })?.1 else { return nil }
        let meant = sign + (key.count == 1 ? key.lowercased() : key)
        return Key(meant) == nil ? nil : meant
    }
}
