import Cells

/// Where the list, the text and the figures lie.
struct PromptsLayout: Hashable, Sendable {
    var list: Rect
    var main: Rect
    var figures: Rect

    init(_ size: Size, hasFigures: Bool) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let columns = all.columns([.fixed(size.width < 60 ? 0 : size.width < 110 ? 20 : 27), .rest], gap: 1)
        list = columns[0]
        // Tall screens have room for the figures of many versions.
        let height = hasFigures && size.height >= 18 ? min(size.height >= 52 ? 13 : 9, size.height / 3) : 0
        let rows = columns[1].rows([.rest, .fixed(height)])
        (main, figures) = (rows[0], rows[1])
    }

    /// The editor stands in the main pane, below its title and beside its edges.
    var editor: EditorLayout { EditorLayout(width: max(2, main.width - 2)) }
    var editorHeight: Int { max(1, main.height - 2) }
}
