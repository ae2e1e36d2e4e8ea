import Cells

/// Where the three panes lie. Where the middle one would have to leave out figures that it shows on 80 columns there is room
/// for the list and one more: the one that has the keys.
struct ExperimentsLayout: Hashable, Sendable {
    var list: Rect
    var config: Rect
    var simulate: Rect

    static let listWidth = 25
    /// Columns the middle pane has on a screen of 80, and more than which the form has no use for.
    private static let configWidth = 60
    private static let simulateWidth = 40...54

    init(_ size: Size, pane: ExperimentsScreen.Pane) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let simulated = min(Self.simulateWidth.upperBound, size.width - Self.listWidth - Self.configWidth - 2)
        if simulated >= Self.simulateWidth.lowerBound {
            let columns = all.columns([.fixed(Self.listWidth), .rest, .fixed(simulated)], gap: 1)
            (list, config, simulate) = (columns[0], columns[1], columns[2])
            return
        }
        let isNarrow = size.width < 60
        let columns = all.columns(
            [.fixed(isNarrow ? 0 : size.width < 110 ? 22 : Self.listWidth), .rest], gap: isNarrow ? 0 : 1)
        list = isNarrow && pane == .configs ? all : columns[0]
        let main = isNarrow && pane == .configs ? Rect(x: 0, y: 0, width: 0, height: 0) : columns[1]
        let nothing = Rect(x: 0, y: 0, width: 0, height: 0)
        config = pane == .simulate ? nothing : main
        simulate = pane == .simulate ? main : nothing
    }
}
