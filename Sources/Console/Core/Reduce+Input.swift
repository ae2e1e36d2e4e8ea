import Cells
import TraceModel

extension ConsoleState {
    /// Keys, mouse, paste, size.
    mutating func handle(_ input: InputEvent, _ effects: inout [Effect]) {
        switch input {
        case .key(let key):
            selection = nil
            press(key, &effects)
        case .paste(let text): paste(text, &effects)
        case .mouse(let event): handle(event, &effects)
        case .resize(let size):
            self.size = size
            updateTop(&effects) { $0.appear(&$1) }
        case .resumed:
            effects.append(.redraw)
        case .background(let color):
            hasLightBackground = color.luminance > 0.18
        case .focus(let isThere):
            hasFocus = isThere
            failedUnseen = 0
            // The desktop may have gone from day to night meanwhile.
            if isThere, settings.theme == ConsoleSettings.automaticTheme { effects.append(.askBackground) }
        case .end:
            effects.append(.quit)
        }
    }

    private mutating func press(_ key: Key, _ effects: inout [Effect]) {
        notice = nil
        if !begun.isEmpty, overlay != nil || question != nil { begun = [] }
        if answer(key, &effects) || choose(by: key, &effects) { return }
        if overlay?.type(key) == true { return askForValues(&effects) }
        if overlay == nil {
            var isTaken = false
            updateTop(&effects) { isTaken = $0.type(key, &$1) }
            if isTaken { return }
        }
        let chord = begun + [key]
        begun = []
        switch settings.keys.meaning(of: chord, in: self) {
        case .command(let command): run(command, &effects)
        case .beginning: begun = chord
        case .nothing where chord.count > 1:
            if key != .escape { notice = Notice("no command has the keys \(KeyMap.text(chord))") }
        case .nothing:
            // Who presses Esc where there is nothing more to leave wants to be here, whenever the tab's number comes next.
            if key == .escape { tabs[activeTab].forgetShelf() }
            if let refusal = settings.keys.refusal(of: key, in: self) {
                notice = Notice(refusal)
            } else {
                pressApart(key, &effects)
            }
        }
    }

    /// A terminal sends Alt as an escape before the key, and tmux joins Esc and a key that follows it soon to the same: Alt
    /// that means nothing here was Esc and the key. Before a sign that begins terminals' sequences it was Esc alone, for the
    /// sign may be half of one that a slow line has cut.
    private mutating func pressApart(_ key: Key, _ effects: inout [Effect]) {
        guard key.modifiers.contains(.alt) else { return }
        var alone = key
        alone.modifiers.remove(.alt)
        press(.escape, &effects)
        if case .character(let character) = key.code, "[]OPX^_".contains(character) { return }
        press(alone, &effects)
    }

    private mutating func paste(_ text: String, _ effects: inout [Effect]) {
        question = nil
        if overlay != nil {
            overlay?.paste(text)
            askForValues(&effects)
        } else {
            updateTop(&effects) { $0.paste(text, &$1) }
        }
    }

    private mutating func handle(_ event: MouseEvent, _ effects: inout [Effect]) {
        let frame = ScreenFrame(size)
        switch event.action {
        case .press(.left):
            selection = nil
            isScreensDrag = nil
            pressed = event.point
            notice = nil
            question = nil
            click(event.point, frame, &effects)
        case .drag(.left):
            drag(to: event.point, isOver: false, frame, &effects)
        case .release(.left):
            if isDragging { drag(to: event.point, isOver: true, frame, &effects) }
            pressed = nil
        case .wheel(let notches):
            selection = nil
            let rows = notches * 3
            if overlay != nil {
                wheelOverlay(rows)
            } else if frame.body.contains(event.point) {
                let point = frame.body.local(event.point)
                updateTop(&effects) { $0.wheel(rows, at: point, &$1) }
            }
        case .press, .release, .drag:
            break
        }
    }

    /// A drag is the screen's where it takes one from where it began; elsewhere it selects text.
    private mutating func drag(to point: Point, isOver: Bool, _ frame: ScreenFrame, _ effects: inout [Effect]) {
        isDragging = !isOver && overlay == nil
        guard overlay == nil, question == nil, let pressed, frame.body.contains(pressed) else { return }
        // What was taken hold of may have moved along since.
        let isScreens = isScreensDrag ?? top.screen.takesDrag(from: frame.body.local(pressed))
        isScreensDrag = isScreens
        if isScreens {
            let local = frame.body.local(point)
            updateTop(&effects) { $0.drag(to: local, isOver: isOver, &$1) }
        } else if isOver {
            copySelection(&effects)
        } else {
            select(to: point)
        }
    }

    private mutating func click(_ point: Point, _ frame: ScreenFrame, _ effects: inout [Effect]) {
        let isDouble = lastClick.map { $0.point == point && now.nanoseconds(since: $0.time) < 400_000_000 } ?? false
        lastClick = isDouble ? nil : (point, now)
        if overlay != nil {
            if !frame.field.contains(point) { overlay = nil }
        } else if frame.bar.contains(point) {
            if let index = TopBar.tab(at: point.x, state: self) { showTab(index, &effects) }
        } else if frame.hints.contains(point) {
            if let command = HintLine.command(at: point.x, state: self) { run(command, &effects) }
        } else if frame.status.contains(point), let gesture = [Gesture.filter, .search].first(where: top.screen.offers)
        {
            updateTop(&effects) { $0.perform(gesture, &$1) }
        } else if frame.body.contains(point) {
            let local = frame.body.local(point)
            updateTop(&effects) { screen, scope in
                if isDouble, screen.offers(.open) {
                    screen.perform(.open, &scope)
                } else {
                    screen.click(local, &scope)
                }
            }
        }
    }
}

extension Rect {
    /// A point counted from this rectangle's corner.
    func local(_ point: Point) -> Point {
        Point(x: point.x - x, y: point.y - y)
    }
}
