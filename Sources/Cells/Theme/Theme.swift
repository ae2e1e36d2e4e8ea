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

    /// The style of text of a role on the ground of another: the foreground of the one, the background of the other, the
    /// attributes of both.
    public func style(_ role: Role, on ground: Role) -> Style {
        let below = style(ground)
        return style(role).on(below.background).adding(below.attributes)
    }

    /// This theme as a terminal of that depth can show it, so that no meaning is lost on the way.
    ///
    /// Without colours it is the `mono` part. With 8 or 16, a ground that would look like what lies around it gets the
    /// attributes of the `mono` part and one that shows beside colours on every terminal (reverse for a selection; the bar
    /// stays flat), and text that could not be read on its ground gets the nearest colour that can.
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
        let ground = coarseGround(.background, depth)
        style.background = full.background.flatMap { Palette.shown($0, depth: depth) }
        style.foreground = full.foreground.flatMap { Palette.shown($0, depth: depth, on: style.background ?? ground) }
        if let mark = role.markWhenFlat, full.background != nil, full.background != self[.background].background,
            role.surroundings.contains(where: { coarseGround($0, depth) == style.background })
        {
            style.attributes.formUnion(mono[role.rawValue].attributes.union(mark))
        }
        return style
    }

    private func coarseGround(_ role: Role, _ depth: ColorDepth) -> Color? {
        self[role].background.flatMap { Palette.shown($0, depth: depth) }
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
    /// What marks a ground that says something where it would look like what lies around it. Underlined and faint text are
    /// not shown beside colours by every terminal (the Linux console: `ncv` in terminfo), so these are no marks of their own.
    fileprivate var markWhenFlat: Style.Attributes? {
        switch self {
        case .background, .bar: nil
        case .selection, .tab, .field, .addedWord, .removedWord, .match: .reverse
        case .selectionInactive: .bold
        default: []
        }
    }

    /// The grounds it has to be told from.
    fileprivate var surroundings: [Role] {
        switch self {
        case .tab: [.background, .bar]
        case .selection: [.background, .selectionInactive]
        case .addedWord: [.background, .added]
        case .removedWord: [.background, .removed]
        default: [.background]
        }
    }
}
