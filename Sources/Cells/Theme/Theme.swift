/// What every role looks like.
public struct Theme: Hashable, Sendable {
    /// Its name, as in `--theme NAME`.
    public var name: String
    private var styles: [Style]

    /// Makes a theme; a role that is missing looks like the terminal's own text.
    public init(name: String, styles: [Role: Style]) {
        self.name = name
        self.styles = Role.allCases.map { styles[$0] ?? Style() }
    }

    /// How a role looks. Roles of text leave the background open, so that what is beneath shows through.
    public func style(_ role: Role) -> Style { styles[role.rawValue] }

    /// How a role looks.
    public subscript(role: Role) -> Style { styles[role.rawValue] }

    /// The style of text of a role on the ground of another: the foreground and attributes of the one, the background of the other.
    public func style(_ role: Role, on ground: Role) -> Style {
        let below = style(ground)
        var result = style(role).on(below.background)
        if below.attributes.contains(.reverse) { result.attributes.insert(.reverse) }
        return result
    }
}
