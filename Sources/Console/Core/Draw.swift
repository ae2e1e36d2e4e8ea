import Assignment
public import Cells
import TraceModel
import WorkspaceModel

/// Draws the whole console into a grid of its size.
///
/// A value in, cells out: the same state gives the same cells, and nothing changes.
/// - Parameters:
///   - theme: how roles look.
///   - glyphs: the signs the terminal can show.
public func draw(_ state: ConsoleState, into grid: inout Grid, theme: Theme, glyphs: Glyphs) {
    draw(state, into: &grid, theme: theme, glyphs: glyphs, isSpoken: false)
}

func draw(_ state: ConsoleState, into grid: inout Grid, theme: Theme, glyphs: Glyphs, isSpoken: Bool) {
    let scene = Scene(
        theme: theme, glyphs: glyphs, now: state.now, wallClock: state.wallClock, isCovered: state.overlay != nil,
        httpAddress: state.health.httpAddress, isSpoken: isSpoken, keys: state.settings.keys,
        columns: state.settings.columns,
        configs: state.workspace?.configs ?? .init())
    let frame = ScreenFrame(grid.size)
    grid.draw { canvas in
        canvas.fill(theme[.background].on(theme[.background].background))
        canvas.draw(in: frame.body) { state.top.screen.draw(into: &$0, scene) }
        canvas.draw(in: frame.status) { StatusRow.draw(state, into: &$0, scene) }
        if !frame.bar.isEmpty { canvas.draw(in: frame.bar) { TopBar.draw(state, into: &$0, scene) } }
        let hints = HintLine.area(state, frame, glyphs)
        if !hints.isEmpty { canvas.draw(in: hints) { HintLine.draw(state, into: &$0, scene) } }
        if state.overlay == nil || state.overlay?.place == FieldEditor.place {
            canvas.draw(in: frame.body) { state.tour?.draw(state, into: &$0, scene) }
        }
        for part in state.selection?.parts ?? [] { canvas.tint(part, scene.ground(.selection)) }
        state.overlay?.draw(state, into: &canvas, scene)
    }
}
