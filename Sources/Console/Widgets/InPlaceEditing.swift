import Cells

/// What is typed in place, and what it is for.
struct InPlaceEditing<Target: Hashable & Sendable>: Sendable {
    let target: Target
    var field: TextField
    /// What is wrong with it as it stands.
    var mistake: String?
    /// What was there before: a value that is used while it is typed comes back with Esc.
    let original: String

    /// - Parameter isReplaced: whether the first character typed stands in the text's place.
    init(_ target: Target, _ text: String, isReplaced: Bool = false) {
        self.target = target
        field = isReplaced ? TextField(replacing: text) : TextField(text)
        original = text
    }

    /// Takes a key: Esc leaves things as they were, Enter gives the text to `set`, which says what is wrong with it.
    ///
    /// - Returns: Whether the typing goes on.
    mutating func take(_ key: Key, set: (Target, String) -> String?) -> Bool {
        if key == .escape { return false }
        if key == .enter {
            mistake = set(target, field.text)
            return mistake != nil
        }
        if field.handle(key) { mistake = nil }
        return true
    }

    /// Draws the field alone, and what could be typed while nothing is.
    func draw(into canvas: inout Canvas, in row: Rect, hint: String = "", _ scene: Scene) {
        field.draw(into: &canvas, in: row, .inPlace(scene))
        guard field.isEmpty else { return }
        canvas.write(
            hint, at: Point(x: row.x + 2, y: row.y), scene[.dim].on(scene[.field].background),
            maxWidth: max(0, row.width - 2))
    }

    /// Draws it over a row, its label before it and what is wrong below.
    func draw(_ label: String, hint: String = "", into canvas: inout Canvas, y: Int, _ scene: Scene) {
        let row = Rect(x: 1, y: y, width: canvas.width - 2, height: 1)
        canvas.fill(row, scene[.field])
        let used = canvas.write(
            label, at: Point(x: 1, y: y), scene[.dim].on(scene[.field].background), maxWidth: max(0, row.width - 4))
        draw(into: &canvas, in: Rect(x: 1 + used, y: y, width: max(1, row.width - used), height: 1), hint: hint, scene)
        guard let mistake else { return }
        for (index, line) in TextFlow.lines(mistake, width: max(10, row.width)).enumerated() {
            // Below it, or above where the rows end.
            let place = y + 1 < canvas.height ? y + 1 + index : y - 1 - index
            canvas.fill(Rect(x: 1, y: place, width: canvas.width - 2, height: 1), scene[.background])
            canvas.write(line, at: Point(x: 1, y: place), scene[.warning], maxWidth: canvas.width - 2)
        }
    }
}
