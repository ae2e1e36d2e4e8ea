import Cells

/// All commands. There is no other list of keys, of names or of help texts.
public enum CommandTable {
    /// Every command, general ones first, then place by place.
    public static let all: [Command] =
        everywhere + TabRegistry.all.flatMap(\.commands) + TabRegistry.opened.flatMap { $0 }
        + Overlay.kinds.flatMap(\.commands)

    /// The commands that would do something now, the screen's own first.
    static func available(in state: ConsoleState) -> [Command] {
        let place = state.place
        let own = all.filter { $0.place == place && $0.isAvailable(state) }
        return own + everywhere.filter { $0.isAvailable(state) }
    }
}

extension ConsoleState {
    /// Where the keys go.
    var place: Place {
        overlay?.place ?? type(of: top.screen).place
    }
}
