public import Cells

/// Which keys mean which commands: the table's own, one of the known maps over it, and what the person has changed.
public struct KeyMap: Hashable, Sendable {
    /// Keys pressed one after the other; mostly one.
    public typealias Chord = [Key]

    /// A map that people know from elsewhere.
    public enum Base: String, CaseIterable, Hashable, Sendable {
        /// The keys of the table.
        case `default`
        /// Those, with vim's where they differ.
        case vim
        /// Those, with the motions and chords of Emacs.
        case emacs
    }

    /// What lies beneath the changes.
    public let base: Base
    /// Chords by command, as the person has set them; none takes a command its keys.
    public let changes: [String: [Chord]]
    /// The places in the table of the commands a chord means, for all chords.
    private let index: [Chord: [Int]]
    /// Beginnings of chords that have more than one key, and the commands they lead to.
    private let beginnings: [Chord: [Int]]

    /// The table's own keys.
    public static let standard = KeyMap()

    /// Makes a map. It is not checked here: see ``conflicts``.
    public init(base: Base = .default, changes: [String: [Chord]] = [:]) {
        self.base = base
        self.changes = changes
        var index: [Chord: [Int]] = [:]
        var beginnings: [Chord: [Int]] = [:]
        for (place, command) in CommandTable.all.enumerated() {
            for chord in Self.chords(of: command, base, changes) {
                index[chord, default: []].append(place)
                for length in 1..<max(1, chord.count) { beginnings[Array(chord[..<length]), default: []].append(place) }
            }
        }
        self.index = index
        self.beginnings = beginnings
    }

    /// The chords of a command, the first of which is shown in its hint.
    public func chords(of command: Command) -> [Chord] { Self.chords(of: command, base, changes) }

    private static func chords(of command: Command, _ base: Base, _ changes: [String: [Chord]]) -> [Chord] {
        changes[command.name] ?? base.chords[command.name] ?? command.keys.map { [$0] }
    }

    /// What keys mean that were pressed one after the other.
    enum Meaning {
        case command(Command)
        /// The beginning of a longer chord.
        case beginning
        case nothing
    }

    func meaning(of chord: Chord, in state: ConsoleState) -> Meaning {
        let latin = chord.map { $0.onLatinLayout ?? $0 }
        for chord in latin == chord ? [chord] : [chord, latin] {
            if let command = Self.available(index[chord] ?? [], in: state) { return .command(command) }
            if Self.available(beginnings[chord] ?? [], in: state) != nil { return .beginning }
        }
        return .nothing
    }

    /// Why a key that is known here does nothing now; `nil` for one that means nothing, and where that needs no word.
    func refusal(of key: Key, in state: ConsoleState) -> String? {
        // Alt may be Esc and a key, which then mean something.
        guard state.overlay == nil, !state.top.screen.isTyping, !key.modifiers.contains(.alt) else { return nil }
        let commands = (index[[key]] ?? []).map { CommandTable.all[$0] }
        let known = commands.filter { $0.place == state.place || $0.place == .everywhere }
        let own = known.filter { $0.place != .everywhere }
        return (own + known).lazy.compactMap { command in
            command.refusal(state).map { "\(command.title): \($0)" }
        }.first
    }

    /// A screen's own command goes before a general one.
    private static func available(_ places: [Int], in state: ConsoleState) -> Command? {
        let here = state.place
        let candidates = places.map { CommandTable.all[$0] }
        return candidates.first { $0.place == here && $0.isAvailable(state) }
            ?? candidates.first { $0.place == .everywhere && $0.isAvailable(state) }
    }

    /// How a hint shows a key of the table: as the chord that does now what the key does there; `nil` where none does.
    func label(of key: Key, in place: Place, _ glyphs: Glyphs) -> String? {
        guard base != .default || !changes.isEmpty else { return key.label(glyphs) }
        let commands = CommandTable.all.filter { $0.keys.contains(key) }
        guard
            let command = commands.first(where: { $0.place == place })
                ?? commands.first(where: { $0.place == .everywhere })
        else { return key.label(glyphs) }
        let chords = chords(of: command)
        return chords.contains([key]) ? key.label(glyphs) : chords.first.map { Self.text($0, glyphs) }
    }

    /// A chord as it is written: `g g`.
    public static func text(_ chord: Chord, _ glyphs: Glyphs = .unicode) -> String {
        chord.map { $0.label(glyphs) }.joined(separator: " ")
    }
}

extension KeyMap.Base {
    /// What differs from the table, by command.
    var chords: [String: [KeyMap.Chord]] {
        switch self {
        case .default: [:]
        case .vim:
            [
                "move.first": [[.home]],
                "move.top": [[.character("g"), .character("g")]],
                "sessions.group": [[.character("g"), .character("b")]],
                "pane.next": [[.tab], [.control("w"), .character("w")]],
                "pane.previous": [[.backTab], [.control("w"), .character("W")]],
                "quit": [[.character("q")], [.character("Z"), .character("Z")], [.control("c")]],
            ]
        case .emacs:
            [
                "move.down": [[.control("n")], [.character("j")], [.down]],
                "move.up": [[.control("p")], [.character("k")], [.up]],
                "move.left": [[.control("b")], [.character("h")], [.left]],
                "move.right": [[.control("f")], [.character("l")], [.right]],
                "move.page-down": [[.control("v")], [.pageDown]],
                "move.page-up": [[.alt("v")], [.pageUp]],
                "move.first": [[.alt("<")], [.home]],
                "move.top": [],
                "sessions.group": [[.alt("g")]],
                "save": [[.control("x"), .control("s")]],
                "move.last": [[.alt(">")], [.end]],
                "palette": [[.alt("x")], [.character(":")]],
                "filter": [[.control("s")], [.character("/")]],
                "search": [[.control("s")], [.character("/")]],
                "back": [[.control("g")], [.escape]],
                "pane.next": [[.control("x"), .character("o")], [.tab]],
                "quit": [[.control("x"), .control("c")], [.character("q")], [.control("c")]],
            ]
        }
    }
}
