import Cells

/// Where the bar, the status line, the screen and the hint line lie. The small parts go first when rows are few.
struct ScreenFrame {
    let bar: Rect
    let status: Rect
    let body: Rect
    let hints: Rect

    init(_ size: Size) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let rows = all.rows([
            .fixed(size.height >= 3 ? 1 : 0), .fixed(size.height >= 7 ? 1 : 0), .rest,
            .fixed(size.height >= 4 ? 1 : 0),
        ])
        bar = rows[0]
        status = rows[1]
        body = rows[2]
        hints = rows[3]
    }

    /// Where a filter is typed: the status line, or the hint line where there is none, or all there is.
    var field: Rect { !status.isEmpty ? status : !hints.isEmpty ? hints : body }
}
