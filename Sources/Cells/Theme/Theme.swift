/// What every role looks like.
public struct Theme: Hashable, Sendable {
    /// Its name, as in `--theme NAME`.
    public var name: String
    private var styles: [Style]
    /// Attributes only, for terminals without colours.
    private var mono: [Style]

    /// Makes a theme; a role that is missing looks like `text`, or like the terminal's own where that is missing too.
    public init(name: String, styles: [Role: Style], mono: [Role: Style] = [:]) {
        self.name = name
        let text = styles[.text] ?? Style()
        self.styles = Role.allCases.map { styles[$0] ?? ($0.isGround ? Style() : text) }
        self.mono = Role.allCases.map { Style(attributes: mono[$0]?.attributes ?? []) }
    }

    /// How a role looks. Roles of text leave the background open, so that what is beneath shows through.
    public func style(_ role: Role) -> Style { styles[role.rawValue] }

    /// How a role looks.
    public subscript(role: Role) -> Style { styles[role.rawValue] }

    /// The style of text of a role on the ground of another: the foreground and attributes of the one, the background of
    /// the other.
    public func style(_ role: Role, on ground: Role) -> Style {
        let below = style(ground)
        var result = style(role).on(below.background)
        if below.attributes.contains(.reverse) { result.attributes.insert(.reverse) }
        return result
    }

    /// Whether the ground is bright; unknown grounds count as dark.
    public var isLight: Bool { (self[.background].background?.luminance ?? 0) > 0.4 }

    /// This theme as a terminal of that depth can show it, so that no meaning is lost on the way.
    ///
    /// Without colours it is the `mono` part. With 8 or 16, a ground that would look like the background gets the
    /// attributes of the `mono` part (reverse, for a selection; the bar stays flat), and text that could not be read on its
    /// ground gets the nearest colour that can.
    public func adapted(to depth: ColorDepth) -> Theme {
        var result = self
        switch depth {
        case .direct, .indexed: return self
        case .none: result.styles = mono
        case .sixteen, .eight:
            for role in Role.allCases { result.styles[role.rawValue] = coarse(role, depth) }
        }
        return result
    }

    private func coarse(_ role: Role, _ depth: ColorDepth) -> Style {
        let full = self[role]
        var style = full
        let screen = self[.background].background
        let ground = screen.flatMap { Palette.shown($0, depth: depth) }
        style.background = full.background.flatMap { Palette.shown($0, depth: depth) }
        style.foreground = full.foreground.flatMap { Palette.shown($0, depth: depth, on: style.background ?? ground) }
        if role.isMarkedWhenFlat, full.background != nil, full.background != screen, style.background == ground {
            style.attributes.formUnion(mono[role.rawValue].attributes)
        }
        return style
    }
}

extension Role {
    /// Whether the role is a ground that text of other roles stands on.
    public var isGround: Bool {
        switch self {
        case .background, .bar, .tab, .selection, .selectionInactive, .added, .removed, .field: return true
        default: return false
        }
    }
}

extension Role {
    /// Whether a ground says something, so that it needs a mark where it would look like the background.
    fileprivate var isMarkedWhenFlat: Bool { self != .background && self != .bar }
}
