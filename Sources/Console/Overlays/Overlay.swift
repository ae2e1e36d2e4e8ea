import Cells

/// What lies over a screen and has the keys until it is closed.
enum Overlay: Sendable {
    case field(FieldEditor)
    case picker(any Picker)
    case help(HelpOverlay)
    case health(HealthOverlay)
    case columns(ColumnsOverlay)
    case choice(ChoiceOverlay)

    /// Each kind's place with the commands it has.
    static let kinds: [(place: Place, commands: [Command])] = [
        (FieldEditor.place, FieldEditor.commands), (PaletteOverlay.place, PaletteOverlay.commands),
        (HelpOverlay.place, HelpOverlay.commands), (ThemeOverlay.place, ThemeOverlay.commands),
        (HealthOverlay.place, HealthOverlay.commands), (FiltersOverlay.place, FiltersOverlay.commands),
        (ConditionsOverlay.place, ConditionsOverlay.commands), (ColumnsOverlay.place, ColumnsOverlay.commands),
        (ChoiceOverlay.place, ChoiceOverlay.commands),
    ]

    var place: Place {
        switch self {
        case .field: FieldEditor.place
        case .picker(let picker): Swift.type(of: picker).place
        case .help: HelpOverlay.place
        case .health: HealthOverlay.place
        case .columns: ColumnsOverlay.place
        case .choice: ChoiceOverlay.place
        }
    }

    /// What is typed in it; `nil` where nothing is.
    var line: TextField? {
        switch self {
        case .field(let field): field.line
        case .picker(let picker): picker.line
        case .help(let help): help.line
        case .health, .columns, .choice: nil
        }
    }

    /// Edits the text; `false` for a key that does not.
    mutating func type(_ key: Key) -> Bool {
        guard var line, line.handle(key) else { return false }
        put(line)
        return true
    }

    mutating func paste(_ text: String) {
        guard var line else { return }
        line.insert(text)
        put(line)
    }

    private mutating func put(_ line: TextField) {
        switch self {
        case .field(var field):
            field.line = line
            self = .field(field)
        case .picker(var picker):
            picker.line = line
            picker.selected = 0
            self = .picker(picker)
        case .help(var help):
            help.line = line
            help.place.scroll(to: 0)
            self = .help(help)
        case .health, .columns, .choice: break
        }
    }
}

extension Place {
    /// Whether it lies over the screens and takes the keys for itself.
    var isOverlay: Bool { Overlay.kinds.contains { $0.place == self } }
}

extension Command {
    /// A command of what lies over a screen.
    static func over(
        _ place: Place, _ name: String, _ title: String, _ keys: [Key], hint: Hint? = nil, help: String,
        do action: @escaping @Sendable (inout ConsoleState, inout [Effect]) -> Void
    ) -> Command {
        Command(
            name: name, title: title, keys: keys, help: help, place: place, hint: hint, isAvailable: { _ in true },
            action: action)
    }

    /// Closes it.
    /// - Parameter hint: what the hint line says, where that is shorter than the title.
    static func closing(
        _ prefix: String, name: String = "close", _ place: Place, _ title: String = "close", hint: String? = nil,
        keys: [Key] = [.escape, .control("g")], order: Int = 30, rank: Int = 20, help: String
    ) -> Command {
        .over(
            place, "\(prefix).\(name)", title, keys,
            hint: .of([.escape], hint ?? title, order: order, rank: rank), help: help
        ) { state, _ in state.overlay = nil }
    }
}
