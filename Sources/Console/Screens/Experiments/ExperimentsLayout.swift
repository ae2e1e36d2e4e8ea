import Cells

/// Where the three panes lie. With less than 120 columns there is room for the list and one more: the one that has the
/// keys.
struct ExperimentsLayout: Hashable, Sendable {
    var list: Rect
    var config: Rect
    var simulate: Rect

    static let listWidth = 25
    static let simulateWidth = 54

    init(_ size: Size, pane: ExperimentsScreen.Pane) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        if size.width >= 120 {
            let columns = all.columns([.fixed(Self.listWidth), .flex(1, min: 40), .fixed(Self.simulateWidth)], gap: 1)
            (list, config, simulate) = (columns[0], columns[1], columns[2])
            return
        }
        let isNarrow = size.width < 60
        let columns = all.columns([.fixed(isNarrow ? 0 : 22), .rest], gap: isNarrow ? 0 : 1)
        list = isNarrow && pane == .configs ? all : columns[0]
        let main = isNarrow && pane == .configs ? Rect(x: 0, y: 0, width: 0, height: 0) : columns[1]
        let nothing = Rect(x: 0, y: 0, width: 0, height: 0)
        config = pane == .simulate ? nothing : main
        simulate = pane == .simulate ? main : nothing
    }
}
