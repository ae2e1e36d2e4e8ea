import Cells

/// Where the list, the test and, where its rows leave room, the versions' difference and figures lie.
struct ABTestLayout {
    let list: Rect
    let test: Rect
    let difference: Rect
    let figures: Rect

    /// - Parameter rowCount: the rows of the test below its head.
    init(_ size: Size, rowCount: Int) {
        let all = PromptsLayout(size, hasFigures: false)
        list = all.list
        let spare = all.main.height - rowCount - 3
        let figureRows = rowCount > 0 && spare >= 6 ? min(9, spare) : 0
        let rest = spare - figureRows
        let rows = all.main.rows([.rest, .fixed(figureRows > 0 && rest >= 6 ? rest : 0), .fixed(figureRows)])
        (test, difference, figures) = (rows[0], rows[1], rows[2])
    }
}
