import Cells

/// A row of the pane that shows a record: a config or a prompt A/B test.
struct RecordRow<Item: Hashable & Sendable>: Sendable {
    enum Content: Sendable {
        case text(StyledText)
        case section(String)
        case variant(VariantRow)
    }

    var content: Content
    /// What it shows; rows without one cannot be selected.
    var item: Item?

    func draw(into canvas: inout Canvas, y: Int, isSelected: Bool, _ scene: Scene) {
        if isSelected { canvas.select(row: y, scene) }
        switch content {
        case .text(let text):
            canvas.write(text, at: Point(x: 1, y: y), maxWidth: canvas.width - 2, overflow: .ellipsis)
        case .section(let title):
            canvas.draw(in: canvas.bounds.row(y)) { Section.draw(title, into: &$0, y: 0, scene) }
        case .variant(let variant):
            variant.draw(into: &canvas, y: y, scene)
        }
    }
}
