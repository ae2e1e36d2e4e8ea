import Cells
import TraceModel

/// A screen on which a person judges what is selected, and keeps it.
protocol JudgingScreen: Screen {
    /// What the keys are about; `nil` where nothing is selected.
    var judged: JudgedPlace? { get }
    /// It was judged or kept: what is shown of it is soon no longer true.
    mutating func wasJudged()
}

extension JudgingScreen {
    mutating func wasJudged() {}
}

extension LiveScreen: JudgingScreen {
    var judged: JudgedPlace? {
        window.selected.map { JudgedPlace(session: $0.sessionID, target: .span($0.span.key)) }
    }
}

extension SessionsScreen: JudgingScreen {
    var judged: JudgedPlace? {
        // What groups hide is not judged by the way.
        shownSession.map { JudgedPlace(session: $0.sessionID, target: .session($0.sessionID)) }
    }
}

extension SessionScreen: JudgingScreen {
    var judged: JudgedPlace? {
        pane.rows.isEmpty ? nil : JudgedPlace(session: pane.id, target: .session(pane.id))
    }
}

extension SpanScreen: JudgingScreen {
    var judged: JudgedPlace? { JudgedPlace(session: stored.sessionID, target: .span(stored.span.key)) }
    mutating func wasJudged() { isJudged = true }
}

extension Command {
    /// The commands of judging and keeping, the same wherever something is selected.
    ///
    /// - Parameter isPlain: whether `+` and `-` alone are free there; else they are a filter's.
    static func judging<S: JudgingScreen>(
        _ screen: S.Type, _ name: String, of what: String, isPlain: Bool = false
    ) -> [Command] {
        func command(
            _ word: String, _ title: String, _ keys: [Key], hint: Hint? = nil, help: String,
            _ action: @escaping @Sendable (JudgedPlace) -> KeepAction
        ) -> Command {
            .on(
                screen, "\(name).\(word)", title, keys, hint: hint, help: help,
                when: { $0.judged != nil }, otherwise: { _ in "nothing is selected to judge" },
                do: { screen, scope in
                    guard let judged = screen.judged else { return }
                    scope.keep(action(judged))
                    screen.wasJudged()
                })
        }
        func rate(_ word: String, _ title: String, _ sign: Character, _ value: Double) -> Command {
            let keys: [Key] = isPlain ? [.character(sign), .alt(sign)] : [.alt(sign)]
            let both: [Key] = isPlain ? [.character("+"), .character("-")] : [.alt("+"), .alt("-")]
            return command(
                word, title, keys,
                hint: value == 1 ? .of(both, "good, bad", order: 72, rank: 93) : nil,
                help:
                    "Score \(what) \(title): \(JudgedPlace.plainName) \(Int(value)). R takes any number or word, and why."
            ) { .score($0.target, name: JudgedPlace.plainName, value: .number(value), comment: nil) }
        }
        return [
            rate("good", "good", "+", 1), rate("bad", "bad", "-", 0),
            .on(
                screen, name + ".rate", "score", ["R"], hint: .of("score", order: 73, rank: 95),
                help: "Score \(what) with a number and why (4 short and right), or by a name (helpful 1, tone good).",
                when: { $0.judged != nil }, otherwise: { _ in "nothing is selected to judge" },
                do: { screen, scope in
                    guard let judged = screen.judged else { return }
                    scope.move(.edit(.score(judged), text: ""))
                    screen.wasJudged()
                }),
            command(
                "pin", "pin", [.character("*")], hint: .of([.character("*")], "pin", order: 74, rank: 94),
                help: "Pin the session, so that it is never removed to make room, or let it go; is:pinned finds it."
            ) { .togglePin(session: $0.session) },
            command(
                "note", "note", [.character("i")], help: "Write a note on the session in one line; has:note finds it."
            ) {
                .tell(.note, session: $0.session)
            },
            command("note-editor", "note in $EDITOR", [.character("I")], help: "Write the session's note in $EDITOR.") {
                .tell(.noteInEditor, session: $0.session)
            },
            command(
                "labels", "labels", [.character("#")],
                help: "Change the session's labels, commas between them; label:NAME finds it."
            ) { .tell(.labels, session: $0.session) },
        ]
    }
}

/// Scores and what is kept, in the forms in which screens show them.
enum JudgedFacts {
    /// `helpful 1  tone good`, with who said so.
    static func scores(_ scores: [Score], _ scene: Scene, ofSpan: Bool = false) -> [LabelledFigure] {
        scores.map { score in
            var runs: [TextLine.Run] = [.init(score.value.text, role(score.value)), .init("  \(score.judge)", .dim)]
            if !ofSpan, case .span(let key) = score.target { runs.append(.init("  span \(key.spanID)", .dim)) }
            if let comment = score.comment { runs.append(.init("  \(comment)")) }
            return LabelledFigure(score.name, runs)
        }
    }

    /// Pin, note and labels.
    static func kept(_ kept: KeptSession?, _ scene: Scene) -> [LabelledFigure] {
        guard let kept else { return [] }
        var figures: [LabelledFigure] = []
        if kept.isPinned { figures.append(LabelledFigure("pinned", "* never removed", .accent)) }
        if let note = kept.note {
            figures.append(LabelledFigure("note", String(note.split(separator: "\n").first ?? ""), .strong))
        }
        if !kept.labels.isEmpty {
            figures.append(LabelledFigure("labels", kept.labels.joined(separator: "  "), .accent))
        }
        return figures
    }

    /// In a cell of a list: the value of the one score there is, else the names and values.
    static func cell(_ scores: [Score]) -> String {
        guard scores.count > 1 else { return scores.first.map { $0.value.text } ?? "" }
        return scores.map { "\($0.name) \($0.value.text)" }.joined(separator: " ")
    }

    /// How a value looks: what says yes is good, what says no is not.
    static func role(_ value: Score.Value) -> Role {
        switch value.number {
        case 1: .good
        case 0: .warning
        default: .text
        }
    }

    /// The role of a cell.
    static func role(_ scores: [Score]) -> Role {
        scores.count == 1 ? role(scores[0].value) : .text
    }
}
