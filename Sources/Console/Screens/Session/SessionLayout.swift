import Cells

/// Where the parts of an opened session lie. Where columns are few only the pane that has the keys is shown.
struct SessionLayout {
    let summary: Rect
    let rows: Rect
    let figures: Rect
    let session: Rect
    let divider: Rect
    let conversation: Rect

    /// - Parameters:
    ///   - rowCount: the rows there are: where they do not fit, the session's own box makes room for them.
    ///   - isZoomed: whether the pane that has the keys takes all columns and the boxes below it are left out.
    init(_ size: Size, focus: SessionScreen.Focus, rowCount: Int = 0, isZoomed: Bool = false) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let parts = all.rows([.fixed(size.height >= 5 ? 1 : 0), .fixed(size.height >= 8 ? 1 : 0), .rest])
        summary = parts[0]
        let body = parts[2]
        let isWide = size.width >= 100 && !isZoomed
        let columns = body.columns(
            isWide
                ? [.flex(13, min: 40), .fixed(1), .flex(12, min: 40)]
                : focus == .rows ? [.rest, .fixed(0), .fixed(0)] : [.fixed(0), .fixed(0), .rest])
        divider = columns[1]
        conversation = columns[2].inset(left: 1, right: 2)
        let left = columns[0]
        let hasSession = left.height >= 32 && rowCount <= left.height - 21
        let stack = left.rows([
            .rest, .fixed(left.height >= 14 && !isZoomed ? min(11, left.height / 2) : 0),
            .fixed(hasSession && !isZoomed ? 10 : 0),
        ])
        rows = stack[0]
        figures = stack[1]
        session = stack[2]
    }
}
