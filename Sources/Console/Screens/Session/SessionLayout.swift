import Cells

/// Where the parts of an opened session lie. Where columns are few only the pane that has the keys is shown.
struct SessionLayout {
    let summary: Rect
    let rows: Rect
    let figures: Rect
    /// What else is known of the selected span, where its session leaves room for it.
    let attributes: Rect
    let session: Rect
    let divider: Rect
    let conversation: Rect

    /// Columns from which the figures of a span stand beside each other, in half as many rows.
    static let wideFigures = 100
    private static let sessionHeight = 10

    /// - Parameters:
    ///   - rowCount: the rows there are: where they do not fit, the boxes below make room for them.
    ///   - isZoomed: whether the pane that has the keys takes all columns and the boxes below it are left out.
    ///   - split: the share of the columns left of the conversation in hundredths, where it was moved.
    init(
        _ size: Size, focus: SessionScreen.Focus, rowCount: Int = 0, isZoomed: Bool = false, split: Int? = nil
    ) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let parts = all.rows([.fixed(size.height >= 5 ? 1 : 0), .fixed(size.height >= 8 ? 1 : 0), .rest])
        summary = parts[0]
        let body = parts[2]
        let isWide = size.width >= 100 && !isZoomed
        let moved = split.map { Length.fixed(min(max(40, Split.place($0, in: size.width)), size.width - 41)) }
        let columns = body.columns(
            isWide
                ? [moved ?? .flex(13, min: 40), .fixed(1), .flex(12, min: 40)]
                : focus == .rows ? [.rest, .fixed(0), .fixed(0)] : [.fixed(0), .fixed(0), .rest])
        divider = columns[1]
        conversation = columns[2].inset(left: 1, right: 2)
        let left = columns[0]
        let span = left.height >= 14 && !isZoomed ? min(left.width >= Self.wideFigures ? 6 : 11, left.height / 2) : 0
        let hasSession = left.height >= 32 && rowCount <= left.height - span - Self.sessionHeight && !isZoomed
        let session = hasSession ? Self.sessionHeight : 0
        // A short session's rows keep what they need and a little, a call's attributes take the rest.
        let spare = left.height - max(rowCount + 1, 6) - span - session
        let stack = left.rows([.rest, .fixed(span), .fixed(hasSession && spare >= 6 ? spare : 0), .fixed(session)])
        (rows, figures, attributes, self.session) = (stack[0], stack[1], stack[2], stack[3])
    }
}
