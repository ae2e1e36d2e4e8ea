import Cells

/// Lines of the results while they are laid out.
struct ResultLines {
    let width: Int
    let scene: Scene
    private(set) var lines: [StyledText] = []

    init(width: Int, _ scene: Scene) {
        self.width = width
        self.scene = scene
    }

    mutating func add(_ runs: [(String, Role)] = []) {
        var text = StyledText()
        for (run, role) in runs { text.append(run, scene[role]) }
        lines.append(text)
    }

    /// A sentence, in lines that can be read.
    mutating func wrap(_ text: String, _ role: Role) { wrap([TextLine.Run(text, role)]) }

    /// The same in several looks.
    mutating func wrap(_ runs: [TextLine.Run]) {
        lines += Verdict.lines(runs, width: max(20, min(100, width - 2)), scene)
    }
}
