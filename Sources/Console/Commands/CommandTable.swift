import Cells

/// All commands. There is no other list of keys, of names or of help texts.
public enum CommandTable {
    /// Every command, general ones first, then place by place.
    public static let all: [Command] =
        everywhere + TabRegistry.all.flatMap(\.commands) + TabRegistry.opened.flatMap { $0 }
        + FieldEditor.commands + PaletteOverlay.commands + HelpOverlay.commands
        + ThemeOverlay.commands
        + HealthOverlay.commands

    /// The command that a key means now. A screen's own command goes before a general one.
    static func command(for key: Key, in state: ConsoleState) -> Command? {
        let place = state.place
        let candidates = byKey[key] ?? []
        return candidates.first { $0.place == place && $0.isAvailable(state) }
            ?? candidates.first { $0.place == .everywhere && $0.isAvailable(state) }
    }

    /// Why a key that is known here does nothing now; `nil` for one that means nothing, and where that needs no word.
    static func refusal(of key: Key, in state: ConsoleState) -> String? {
        // Alt may be Esc and a key, which then mean something.
        guard state.overlay == nil, !state.top.screen.isTyping, !key.modifiers.contains(.alt) else { return nil }
        let known = (byKey[key] ?? []).filter { $0.place == state.place || $0.place == .everywhere }
        let own = known.filter { $0.place != .everywhere }
        return (own + known).lazy.compactMap { command in
            command.refusal(state).map { "\(command.title): \($0)" }
        }.first
    }

    /// The commands that would do something now, the screen's own first.
    static func available(in state: ConsoleState) -> [Command] {
        let place = state.place
        let own = all.filter { $0.place == place && $0.isAvailable(state) }
        return own + everywhere.filter { $0.isAvailable(state) }
    }

    private static let byKey: [Key: [Command]] = {
        var index: [Key: [Command]] = [:]
        for command in all {
            for key in command.keys { index[key, default: []].append(command) }
        }
        return index
    }()
}

extension ConsoleState {
    /// Where the keys go.
    var place: Place {
        overlay?.place ?? type(of: top.screen).place
    }
}
