import Cells

/// Where list and preview lie.
struct LiveLayout {
    /// The column titles.
    let titles: Rect
    /// The rows of the list.
    let list: Rect
    /// The line above the preview; empty where there is none.
    let rule: Rect
    /// The preview; empty where there is none.
    let preview: Rect

    /// - Parameters:
    ///   - wantsPreview: whether the preview is shown; `nil` where the size decides.
    ///   - isZoomed: whether the preview takes all but three rows of the list.
    ///   - split: the share of the rows above the preview in hundredths, where it was moved.
    init(_ size: Size, wantsPreview: Bool?, isZoomed: Bool = false, split: Int? = nil) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let hasTitles = size.height >= 4
        let fits = size.height >= 12
        let isShown = fits && (wantsPreview ?? (size.height >= 26 && size.width >= 90))
        let standard = size.height >= 26 ? max(8, size.height * 2 / 5) : size.height / 2 - 1
        let moved = split.map { min(max(3, Split.place($0, in: size.height) - 1), size.height - 5) }
        let above = isZoomed ? 3 : moved ?? standard
        let parts = all.rows([
            .fixed(hasTitles ? 1 : 0), isShown ? .fixed(above) : .rest, .fixed(isShown ? 1 : 0),
            isShown ? .rest : .fixed(0),
        ])
        titles = parts[0]
        list = parts[1]
        rule = parts[2]
        preview = parts[3]
    }
}
