import Cells
import Display
import TraceModel

/// The second row: the filter or the path at the left, the state of affairs at the right.
enum StatusRow {
    static func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene) {
        guard !canvas.isEmpty else { return }
        let status = state.top.screen.status(overview: state.pulse.overview)
        var facts = status.facts + general(state) + status.rest
        func width(_ fact: StatusLine.Fact) -> Int { displayWidth(of: text(fact, scene)) + 3 }
        let left = min(leftWidth(status.left), canvas.width / 2)
        while !facts.isEmpty, left + facts.reduce(0, { $0 + width($1) }) > canvas.width { facts.removeLast() }
        var x = canvas.width - 1 - facts.reduce(0) { $0 + width($1) } + 3
        let end = facts.isEmpty ? canvas.width - 1 : x - 3
        for fact in facts {
            x += canvas.write(text(fact, scene), at: Point(x: x, y: 0), style(fact.tone, scene)) + 3
        }
        draw(status.left, into: &canvas, end: end, scene)
    }

    /// What every screen tells: how much the store holds, what was lost.
    private static func general(_ state: ConsoleState) -> [StatusLine.Fact] {
        var facts: [StatusLine.Fact] = []
        if let asking = state.health.asking { facts.append(.init(asking, .quiet)) }
        if let overview = state.pulse.overview {
            facts.append(.init(Figure.count(overview.spans - overview.triedSpans, "span")))
        }
        let dropped = state.health.droppedTotal
        if dropped > 0 {
            let causes = state.health.dropped.map { "\(Figure.count($0.count)) \($0.cause)" }
            facts.append(.init("dropped: " + causes.joined(separator: ", "), .warning))
        } else if !state.health.sources.isEmpty {
            facts.append(.init("0 dropped"))
        }
        let passedOver = state.health.passedOver.reduce(0) { $0 + $1.count }
        if passedOver > 0 { facts.append(.init(Figure.count(passedOver) + " passed over", .quiet)) }
        let masked = state.health.masked
        if masked > 0 { facts.append(.init(Figure.count(masked, "secret") + " masked")) }
        return facts
    }

    private static func text(_ fact: StatusLine.Fact, _ scene: Scene) -> String {
        switch fact.tone {
        case .accent: scene.glyphs.down + " " + fact.text
        case .warning: scene.glyphs.warning + " " + fact.text
        case .good: scene.glyphs.arrowDown + " " + fact.text
        case .plain, .quiet: fact.text
        }
    }

    private static func style(_ tone: StatusLine.Fact.Tone, _ scene: Scene) -> Style {
        switch tone {
        case .plain: scene[.text]
        case .quiet: scene[.dim]
        case .good: scene[.good]
        case .warning: scene[.warning]
        case .accent: scene[.accent]
        }
    }

    private static func leftWidth(_ left: StatusLine.Left) -> Int {
        switch left {
        case .filter(let text): 6 + displayWidth(of: text)
        case .path(let path): 2 + path.reduce(0) { $0 + displayWidth(of: $1) + 3 }
        }
    }

    private static func draw(_ left: StatusLine.Left, into canvas: inout Canvas, end: Int, _ scene: Scene) {
        let room = max(0, end - 1)
        switch left {
        case .filter(let text):
            canvas.write("/", at: Point(x: 1, y: 0), scene[text.isEmpty ? .dim : .accent])
            canvas.write(
                FilterColouring.runs(of: text, scene), at: Point(x: 3, y: 0), maxWidth: max(0, room - 2),
                overflow: .ellipsis)
        case .path(let path):
            var text = StyledText()
            for (index, name) in path.enumerated() {
                if index > 0 { text.append(" \(scene.glyphs.separator) ", scene[.lines]) }
                text.append(name, scene[index == path.count - 1 ? .strong : .dim])
            }
            canvas.write(text, at: Point(x: 1, y: 0), maxWidth: room, overflow: .ellipsis)
        }
    }
}

/// A filter's text with its fields quiet and its values clear.
enum FilterColouring {
    static func runs(of text: String, _ scene: Scene) -> StyledText {
        var runs = StyledText()
        var word = ""
        func flush() {
            if let end = word.firstIndex(where: { ":<>=".contains($0) }) {
                let value = word[end...].firstIndex { !":<>=".contains($0) } ?? word.endIndex
                runs.append(String(word[..<value]), scene[.dim])
                runs.append(String(word[value...]), scene[.text])
            } else {
                runs.append(word, scene[word == "OR" ? .accent : .text])
            }
            word = ""
        }
        for character in text {
            if character == " " {
                flush()
                runs.append(" ", scene[.text])
            } else {
                word.append(character)
            }
        }
        flush()
        return runs
    }
}
