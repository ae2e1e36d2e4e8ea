import Cells

extension TextField {
    /// Draws the text with its cursor and, set off, what is wrong in it.
    /// - Parameter wrong: characters that are wrong; one past the end marks the place where something is missing.
    func draw(into canvas: inout Canvas, in row: Rect, _ scene: Scene, wrong: Range<Int>? = nil) {
        let style = scene[.strong]
        guard let place = draw(into: &canvas, in: row, style) else { return }
        let cursorColumn = columns(before: cursor)
        if isSelected {
            let all = Rect(x: place.x - cursorColumn, y: row.y, width: cursorColumn, height: 1).intersection(row)
            canvas.tint(all, scene.ground(.selection))
        }
        if let wrong {
            let start = place.x + columns(before: wrong.lowerBound) - cursorColumn
            let end = place.x + columns(before: wrong.upperBound) - cursorColumn
            let marked = Rect(x: start, y: row.y, width: max(1, end - start), height: 1).intersection(row)
            canvas.tint(marked, scene[.error].adding(.underline))
        }
        let width = cursor < characters.count ? displayWidth(of: characters[cursor]) : 1
        canvas.tint(Rect(x: place.x, y: place.y, width: max(1, width), height: 1), scene[.cursor])
    }

    private func columns(before index: Int) -> Int {
        let known = characters.prefix(index).reduce(0) { $0 + displayWidth(of: $1) }
        return known + max(0, index - characters.count)
    }
}
