import Cells

/// Where the parts of a span's screen lie.
struct SpanLayout {
    /// The names of the views.
    let views: Rect
    /// Waterfall and figures; empty where columns are few.
    let facts: Rect
    let divider: Rect
    let main: Rect

    /// - Parameters:
    ///   - isZoomed: whether the view takes all columns.
    ///   - split: the share of the columns left of the view in hundredths, where it was moved.
    init(_ size: Size, isZoomed: Bool = false, split: Int? = nil) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let parts = all.rows([.fixed(size.height >= 4 ? 1 : 0), .fixed(size.height >= 10 ? 1 : 0), .rest])
        views = parts[0]
        let moved = split.map { Length.fixed(min(max(32, Split.place($0, in: size.width)), size.width - 41)) }
        let columns = parts[2].columns(
            size.width >= 110 && !isZoomed
                ? [moved ?? .flex(2, min: 44), .fixed(1), .flex(3, min: 50)] : [.fixed(0), .fixed(0), .rest])
        facts = columns[0].inset(left: 2, right: 2)
        divider = columns[1]
        main = columns[2].inset(left: 1, right: 2)
    }
}
