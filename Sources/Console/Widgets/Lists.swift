import Cells

extension ListState {
    /// Draws the scroll bar into a column, the last one where none is named.
    func drawBar(into canvas: inout Canvas, in column: Rect? = nil, _ scene: Scene) {
        let last = Rect(x: canvas.width - 1, y: 0, width: 1, height: canvas.height)
        bar.draw(into: &canvas, in: column ?? last, scene[.dim], glyphs: scene.glyphs)
    }
}

extension Canvas {
    /// Sets the selected row of a list off from the others, before its text is written.
    mutating func select(row y: Int, hasKeys: Bool = true, _ scene: Scene) {
        tint(bounds.row(y), scene.ground(hasKeys ? .selection : .selectionInactive))
        write(scene.glyphs.marker, at: Point(x: 0, y: y), scene[.accent])
    }
}

extension TextField.Look {
    /// A field that lies in a bar of its own.
    static func inBar(_ scene: Scene) -> TextField.Look {
        TextField.Look(
            text: scene[.strong], cursor: scene[.cursor], selection: scene.ground(.selection),
            wrong: scene[.error].adding(.underline))
    }

    /// A field among other text, which it is set off from.
    static func inPlace(_ scene: Scene) -> TextField.Look {
        TextField.Look(
            text: scene[.field], ground: scene[.field], cursor: scene[.cursor],
            selection: scene[.field].adding(.reverse),
            wrong: scene[.error].adding(.underline))
    }
}
