public import Cells

/// One thing a person can do: the entry from which the dispatch, the hint line, help, the palette and the manual come.
public struct Command: Sendable {
    /// Its name in the palette and the manual: `live.pause`.
    public let name: String
    /// What it does in a word or two: `pause`.
    public let title: String
    /// The keys that do it.
    public let keys: [Key]
    /// A sentence that says what it does.
    public let help: String
    /// Where it belongs.
    public let place: Place
    /// How the hint line shows it; `nil` for what needs no mention.
    let hint: Hint?
    /// Whether it would do something now.
    let isAvailable: @Sendable (ConsoleState) -> Bool
    /// Why it would do nothing now, for people; `nil` where that needs no word.
    var refusal: @Sendable (ConsoleState) -> String? = { _ in nil }
    /// What is asked before it is done; `nil` where nothing is.
    var question: @Sendable (ConsoleState) -> String? = { _ in nil }
    /// What it and its like are called together that differ in a number alone: help has one row for all of them.
    var series: String?
    /// Does it.
    let action: @Sendable (inout ConsoleState, inout [Effect]) -> Void

    /// The keys that the hint line names.
    var hintKeys: [Key] { hint.flatMap { $0.keys.isEmpty ? nil : $0.keys } ?? Array(keys.prefix(1)) }

    /// A place in the hint line.
    struct Hint: Sendable {
        /// The keys it names, where two commands share one hint (`e E errors`); none for the command's first.
        let keys: [Key]
        /// What it says after the keys.
        let title: String
        /// Where it stands, from the left.
        let order: Int
        /// What stays when columns are few: the lowest rank.
        let rank: Int
        /// The rank where columns are many.
        var rankWhenWide: Int?
        /// What it says where that depends on what is shown.
        var titleNow: (@Sendable (ConsoleState) -> String)?
    }
}

extension Command {
    /// A command that works on every screen that offers the gesture.
    static func gesture(
        _ name: String, _ title: String, _ keys: [Key], _ gesture: Gesture, hint: Hint? = nil, help: String
    ) -> Command {
        Command(
            name: name, title: title, keys: keys, help: help, place: .everywhere, hint: hint,
            isAvailable: { $0.overlay == nil && $0.top.screen.offers(gesture) },
            refusal: { _ in gesture.refusal },
            action: { state, effects in
                state.updateTop(&effects) { screen, scope in screen.perform(gesture, &scope) }
            })
    }

    /// A command of one kind of screen.
    /// - Parameters:
    ///   - otherwise: why it would do nothing now, where `isAvailable` says so.
    ///   - question: for what reaches running apps, what is asked before: one short sentence that says who moves.
    static func on<S: Screen>(
        _ type: S.Type, _ name: String, _ title: String, _ keys: [Key], hint: Hint? = nil, help: String,
        when isAvailable: @escaping @Sendable (S) -> Bool = { _ in true },
        otherwise refusal: @escaping @Sendable (S) -> String? = { _ in nil },
        asks question: @escaping @Sendable (S) -> String? = { _ in nil },
        do action: @escaping @Sendable (inout S, inout Scope) -> Void
    ) -> Command {
        Command(
            name: name, title: title, keys: keys, help: help, place: S.place, hint: hint,
            isAvailable: { state in
                guard state.overlay == nil, let screen = state.top.screen as? S else { return false }
                return isAvailable(screen)
            },
            refusal: { ($0.top.screen as? S).flatMap(refusal) },
            question: { ($0.top.screen as? S).flatMap(question) },
            action: { state, effects in
                state.updateTop(&effects) { screen, scope in
                    guard var own = screen as? S else { return }
                    action(&own, &scope)
                    screen = own
                }
            })
    }
}

extension Screen {
    /// A command of this kind of screen.
    static func command(
        _ name: String, _ title: String, _ keys: [Key], hint: Command.Hint? = nil, help: String,
        when isAvailable: @escaping @Sendable (Self) -> Bool = { _ in true },
        otherwise refusal: @escaping @Sendable (Self) -> String? = { _ in nil },
        asks question: @escaping @Sendable (Self) -> String? = { _ in nil },
        do action: @escaping @Sendable (inout Self, inout Scope) -> Void
    ) -> Command {
        .on(
            Self.self, name, title, keys, hint: hint, help: help, when: isAvailable, otherwise: refusal, asks: question,
            do: action)
    }

    /// A key that what is typed in place takes itself; it stands in the table so that hint line, help and manual tell of it.
    static func typed(
        _ name: String, _ title: String, _ key: Key, order: Int, help: String,
        when isAvailable: @escaping @Sendable (Self) -> Bool = { $0.isTyping }
    ) -> Command {
        command(
            name, title, [key], hint: .of(title, order: order, rank: order), help: help, when: isAvailable,
            do: { screen, scope in _ = screen.type(key, &scope) })
    }
}

extension Command {
    /// A command of every screen, by default while nothing lies over it.
    static func anywhere(
        _ name: String, _ title: String, _ keys: [Key], hint: Hint? = nil, help: String,
        when isAvailable: @escaping @Sendable (ConsoleState) -> Bool = { $0.overlay == nil },
        do action: @escaping @Sendable (inout ConsoleState, inout [Effect]) -> Void
    ) -> Command {
        Command(
            name: name, title: title, keys: keys, help: help, place: .everywhere, hint: hint, isAvailable: isAvailable,
            action: action)
    }
}

extension Command.Hint {
    /// A hint for the command's first key.
    static func of(_ title: String, order: Int, rank: Int, rankWhenWide: Int? = nil) -> Command.Hint {
        of([], title, order: order, rank: rank, rankWhenWide: rankWhenWide)
    }

    /// A hint for these keys.
    static func of(
        _ keys: [Key], _ title: String, order: Int, rank: Int, rankWhenWide: Int? = nil
    ) -> Command.Hint {
        Command.Hint(keys: keys, title: title, order: order, rank: rank, rankWhenWide: rankWhenWide)
    }
}
