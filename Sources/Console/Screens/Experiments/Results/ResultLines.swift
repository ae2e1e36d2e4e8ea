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
    mutating func wrap(_ text: String, _ role: Role) {
        for line in TextFlow.lines(text, width: max(20, min(100, width - 2))) { add([(line, role)]) }
    }
}
