import Cells
import Experiments
import TraceModel

/// A few things to choose among, each with a letter of its own.
struct ChoiceOverlay: Sendable {
    static let place = Place(title: "Choice")

    /// One of them.
    struct Choice: Sendable {
        let key: Character
        let title: String
        let about: String
        let effect: Effect
    }

    let title: String
    let choices: [Choice]
    var selected = 0

    init(_ title: String, _ choices: [Choice]) {
        self.title = title
        self.choices = choices
    }

    static let commands: [Command] = [
        .over(
            place, "choice.take", "take", [.enter], hint: .of("take", order: 10, rank: 10),
            help: "Take what is selected; its letter takes it too."
        ) { state, effects in state.takeChoice(&effects) },
        .closing("choice", place, "cancel", order: 20, help: "Take nothing."),
        .over(place, "choice.down", "down", [.down, .tab], help: "Select the next.") { state, _ in
            state.moveChoice(1)
        },
        .over(place, "choice.up", "up", [.up, .backTab], help: "Select the one before.") { state, _ in
            state.moveChoice(-1)
        },
    ]

    /// Draws over all but the bars.
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let inside = OverlayBox.draw(
            into: &canvas, title: title, wanted: Size(width: 72, height: choices.count + 4), scene)
        canvas.draw(in: inside) { canvas in
            for (index, choice) in choices.enumerated() where index < canvas.height {
                if index == selected { canvas.select(row: index, scene) }
                canvas.write(String(choice.key), at: Point(x: 2, y: index), scene[.accent].adding(.bold))
                let used = canvas.write(choice.title, at: Point(x: 5, y: index), scene[.text], maxWidth: 26)
                canvas.write(
                    choice.about, at: Point(x: 7 + max(20, used), y: index), scene[.dim],
                    maxWidth: max(0, canvas.width - 8 - max(20, used)), overflow: .ellipsis)
            }
        }
    }
}

extension ConsoleState {
    mutating func moveChoice(_ step: Int) {
        guard case .choice(var overlay) = overlay, !overlay.choices.isEmpty else { return }
        overlay.selected = (overlay.selected + step + overlay.choices.count) % overlay.choices.count
        self.overlay = .choice(overlay)
    }

    fileprivate mutating func takeChoice(_ effects: inout [Effect]) {
        guard case .choice(let overlay) = overlay, overlay.choices.indices.contains(overlay.selected) else { return }
        self.overlay = nil
        effects.append(overlay.choices[overlay.selected].effect)
    }

    /// Takes the choice of a letter; `false` where it is none's.
    mutating func choose(by key: Key, _ effects: inout [Effect]) -> Bool {
        guard case .choice(let overlay) = overlay,
            let choice = overlay.choices.first(where: { key == .character($0.key) })
        else { return false }
        self.overlay = nil
        effects.append(choice.effect)
        return true
    }
}

extension ChoiceOverlay {
    /// The forms of a call.
    static func giving(_ key: SpanKey) -> ChoiceOverlay {
        ChoiceOverlay(
            "write this call to a file",
            [
                Choice(key: "c", title: "curl", about: "for a shell", effect: .export(.call(key, .curl))),
                Choice(key: "p", title: "Python", about: "a program", effect: .export(.call(key, .python))),
                Choice(key: "s", title: "Swift", about: "a program", effect: .export(.call(key, .swift))),
                Choice(key: "r", title: "request", about: "JSON", effect: .export(.call(key, .json))),
                Choice(key: "j", title: "record", about: "the span as it came, JSON", effect: .export(.span(key))),
                Choice(
                    key: "y", title: "curl, copied", about: "to the clipboard",
                    effect: .copyDocument(.call(key, .curl), what: "the call as curl")),
            ])
    }

    /// The forms of a session.
    static func giving(session id: String) -> ChoiceOverlay {
        ChoiceOverlay(
            "write this session to a file",
            [
                Choice(
                    key: "h", title: "page", about: "HTML, one file, prints well", effect: .export(.sessionPage(id))),
                Choice(key: "m", title: "Markdown", about: "the conversation", effect: .export(.sessionMarkdown(id))),
                Choice(key: "j", title: "records", about: "each span as it came, JSON", effect: .export(.session(id))),
            ])
    }

    /// What of a session goes to the clipboard.
    static func copying(session id: String) -> ChoiceOverlay {
        ChoiceOverlay(
            "copy of this session",
            [
                Choice(key: "i", title: "its id", about: id, effect: .copy(id, what: "the session id")),
                Choice(
                    key: "m", title: "Markdown", about: "the conversation",
                    effect: .copyDocument(.sessionMarkdown(id), what: "the session as Markdown")),
                Choice(
                    key: "j", title: "JSON", about: "each span on a line",
                    effect: .copyDocument(.session(id), what: "the session as JSON")),
            ])
    }
}
