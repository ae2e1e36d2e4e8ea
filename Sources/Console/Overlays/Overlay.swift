import Cells

/// What lies over a screen and has the keys until it is closed.
enum Overlay: Sendable {
    case field(FieldEditor)
    case palette(PaletteOverlay)
    case help(HelpOverlay)
    case themes(ThemeOverlay)
    case health(HealthOverlay)
    case filters(FiltersOverlay)
    case conditions(ConditionsOverlay)
    case columns(ColumnsOverlay)
    case choice(ChoiceOverlay)

    var place: Place {
        switch self {
        case .field: FieldEditor.place
        case .palette: PaletteOverlay.place
        case .help: HelpOverlay.place
        case .themes: ThemeOverlay.place
        case .health: HealthOverlay.place
        case .filters: FiltersOverlay.place
        case .conditions: ConditionsOverlay.place
        case .columns: ColumnsOverlay.place
        case .choice: ChoiceOverlay.place
        }
    }

    /// What is typed in it.
    var line: TextField {
        get {
            switch self {
            case .field(let field): field.line
            case .palette(let palette): palette.line
            case .help(let help): help.line
            case .themes(let themes): themes.line
            case .filters(let filters): filters.line
            case .conditions(let conditions): conditions.line
            case .health, .columns, .choice: TextField()
            }
        }
        set {
            switch self {
            case .field(var field):
                field.line = newValue
                self = .field(field)
            case .palette(var palette):
                palette.line = newValue
                palette.selected = 0
                self = .palette(palette)
            case .help(var help):
                help.line = newValue
                help.place.scroll(to: 0)
                self = .help(help)
            case .themes(var themes):
                themes.line = newValue
                themes.selected = 0
                self = .themes(themes)
            case .filters(var filters):
                filters.line = newValue
                filters.selected = 0
                self = .filters(filters)
            case .conditions(var conditions):
                conditions.line = newValue
                conditions.selected = 0
                self = .conditions(conditions)
            // Nothing is typed in these.
            case .health, .columns, .choice: break
            }
        }
    }

    /// Edits the text; `false` for a key that does not.
    mutating func type(_ key: Key) -> Bool {
        switch self {
        case .health, .columns, .choice: return false
        default: break
        }
        var line = line
        guard line.handle(key) else { return false }
        self.line = line
        return true
    }

    mutating func paste(_ text: String) {
        var line = line
        line.insert(text)
        self.line = line
    }
}
