/// A theme as its file says it, before its parents are known. Whoever reads the file (YAML) fills this in.
///
/// A style is written as `[FOREGROUND] [on BACKGROUND] [bold] [dim] [italic] [underline] [reverse]`; a colour is `#rrggbb`, a
/// name of the palette, or `default` for the terminal's own.
public struct ThemeDefinition: Hashable, Sendable {
    /// Its name, that of its file.
    public var name: String
    /// One sentence on what it is for.
    public var about: String
    /// The theme it takes everything from that it does not say itself.
    public var inherits: String?
    /// Names for colours.
    public var palette: [String: String]
    /// Styles by `Role.name`.
    public var roles: [String: String]
    /// Styles by `Role.name` for terminals without colours: attributes only.
    public var mono: [String: String]
    /// The line of its file where each field stands, by its name as problems name it: `roles.error`.
    public var lines: [String: Int]

    /// Makes a definition.
    public init(
        name: String, about: String = "", inherits: String? = nil, palette: [String: String] = [:],
        roles: [String: String] = [:], mono: [String: String] = [:], lines: [String: Int] = [:]
    ) {
        self.name = name
        self.about = about
        self.inherits = inherits
        self.palette = palette
        self.roles = roles
        self.mono = mono
        self.lines = lines
    }
}

/// Something wrong with a theme.
public struct ThemeProblem: Hashable, Sendable, CustomStringConvertible {
    /// The theme.
    public var theme: String
    /// Where in it: `roles.error`, `palette.ink`, `inherits`.
    public var field: String
    /// What is wrong and what would be right.
    public var message: String
    /// The line of the theme's file, where it is known.
    public var line: Int?
    /// Whether the theme works all the same, with something less legible than it might be.
    public var isAdvice = false

    /// Theme, line, field and message on one line.
    public var description: String {
        "theme \(theme): " + (line.map { "line \($0): " } ?? "") + "\(field): \(message)"
    }
}
