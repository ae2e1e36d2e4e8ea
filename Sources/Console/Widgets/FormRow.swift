import Cells

/// A row of a form: what it is called, and behind it what stands there or is being typed.
struct FormRow {
    /// Columns of what the rows are called.
    static let label = 13

    let name: String
    let text: String
    let role: Role
    /// Columns at the right that stay free.
    var free = 2

    /// - Parameters:
    ///   - editing: what is typed in it; `nil` where nothing is.
    ///   - hint: what could be typed, while nothing stands there.
    func draw<Target>(
        into canvas: inout Canvas, y: Int, editing: InPlaceEditing<Target>?, hint: String, isSelected: Bool,
        hasKeys: Bool = true, _ scene: Scene
    ) {
        if isSelected { canvas.select(row: y, hasKeys: hasKeys, scene) }
        canvas.write(name, at: Point(x: 1, y: y), scene[.dim], maxWidth: Self.label)
        let place = Point(x: 1 + Self.label, y: y)
        if let editing {
            let row = Rect(x: place.x, y: y, width: max(1, canvas.width - Self.label - 2), height: 1)
            return editing.draw(into: &canvas, in: row, hint: hint, scene)
        }
        canvas.write(
            text.isEmpty ? hint : text, at: place, scene[text.isEmpty ? .dim : role],
            maxWidth: max(0, canvas.width - Self.label - free), overflow: .ellipsis)
    }
}
