extension ThemeDefinition {
    /// The theme of that name out of a set of definitions, and what is wrong with it.
    ///
    /// What is wrong is left out and what is right kept, so that there is always a theme: a role without a style looks like
    /// `text`, an unknown name gives the terminal's own colours.
    public static func resolve(
        _ name: String, among definitions: [ThemeDefinition]
    ) -> (theme: Theme, problems: [ThemeProblem]) {
        var problems: [ThemeProblem] = []
        let chain = chain(to: name, among: definitions, &problems)
        var palette: [String: Color] = [:]
        for definition in chain {
            for (key, value) in definition.palette.sorted(by: { $0.key < $1.key }) {
                if StyleNotation.reserved.contains(key) {
                    problems.append(
                        ThemeProblem(
                            theme: definition.name, field: "palette.\(key)",
                            message: "is a word of styles and cannot name a colour; give it another name"))
                } else if let color = Color(hex: value) {
                    palette[key] = color
                } else {
                    problems.append(
                        ThemeProblem(
                            theme: definition.name, field: "palette.\(key)",
                            message: "\"\(value)\" is no colour; write it as #rrggbb"))
                }
            }
        }
        let styles = styles(chain, palette, \.roles, "roles", &problems)
        let mono = attributes(chain, palette, &problems)
        if let own = chain.last {
            for role in Role.allCases where styles[role] == nil && role != .text {
                problems.append(
                    ThemeProblem(
                        theme: own.name, field: "roles.\(role.name)",
                        message: "is missing; give it a style or inherit from a theme that has one"))
            }
        }
        let theme = Theme(name: name, styles: styles, mono: mono)
        if !chain.isEmpty { problems += theme.contrastProblems }
        for index in problems.indices {
            let definition = chain.last { $0.name == problems[index].theme }
            problems[index].line = definition?.lines[problems[index].field]
        }
        return (theme, problems)
    }

    /// The definition of that name and those it inherits from, the farthest first.
    private static func chain(
        to name: String, among definitions: [ThemeDefinition], _ problems: inout [ThemeProblem]
    ) -> [ThemeDefinition] {
        var chain: [ThemeDefinition] = []
        var wanted: String? = name
        while let next = wanted {
            if chain.contains(where: { $0.name == next }) {
                let path = (chain.map(\.name) + [next]).joined(separator: " → ")
                problems.append(ThemeProblem(theme: name, field: "inherits", message: "goes in a circle: \(path)"))
                break
            }
            guard let found = definitions.first(where: { $0.name == next }) else {
                let known = definitions.map(\.name).sorted().joined(separator: ", ")
                let field = chain.isEmpty ? "name" : "inherits"
                problems.append(
                    ThemeProblem(
                        theme: chain.last?.name ?? name, field: field,
                        message: "there is no theme \"\(next)\"; known are \(known)"))
                break
            }
            chain.append(found)
            wanted = found.inherits
        }
        return chain.reversed()
    }

    private static func attributes(
        _ chain: [ThemeDefinition], _ palette: [String: Color], _ problems: inout [ThemeProblem]
    ) -> [Role: Style] {
        styles(chain, palette, \.mono, "mono", &problems).filter { role, style in
            guard style.foreground != nil || style.background != nil else { return true }
            problems.append(
                ThemeProblem(
                    theme: chain.last?.name ?? "", field: "mono.\(role.name)",
                    message: "has a colour; mono styles are bold, dim, italic, underline, reverse"))
            return false
        }
    }

    private static func styles(
        _ chain: [ThemeDefinition], _ palette: [String: Color], _ section: KeyPath<ThemeDefinition, [String: String]>,
        _ field: String, _ problems: inout [ThemeProblem]
    ) -> [Role: Style] {
        var styles: [Role: Style] = [:]
        for definition in chain {
            for (key, value) in definition[keyPath: section].sorted(by: { $0.key < $1.key }) {
                guard let role = Role(name: key) else {
                    problems.append(
                        ThemeProblem(
                            theme: definition.name, field: "\(field).\(key)",
                            message: "there is no such role" + nearest(key)))
                    continue
                }
                switch StyleNotation.parse(value, palette: palette) {
                case .success(let style): styles[role] = style
                case .failure(let mistake):
                    problems.append(
                        ThemeProblem(theme: definition.name, field: "\(field).\(key)", message: mistake.message))
                }
            }
        }
        return styles
    }

    private static func nearest(_ key: String) -> String {
        let names = Role.allCases.map(\.name)
        let close = names.filter { $0.hasPrefix(key.prefix(3)) }
        return close.isEmpty
            ? "; roles are \(names.joined(separator: ", "))" : "; did you mean \(close.joined(separator: ", "))?"
    }
}

extension Role {
    /// The role a theme file names.
    public init?(name: String) {
        guard let role = Role.allCases.first(where: { $0.name == name }) else { return nil }
        self = role
    }
}
