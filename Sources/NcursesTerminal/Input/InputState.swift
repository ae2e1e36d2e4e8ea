internal import Cells
internal import SystemCalls

/// What the reading side of a terminal keeps between events.
struct InputState {
    var parser: InputParser
    /// Read and not yet told.
    var waiting: [InputEvent] = []
    var size: Size
    /// Another program has the terminal; its keys are not ours.
    var isPaused = false
    /// The terminal gave end of file or an error: it is gone and must not be read again.
    var isLost = false
    var isClosed = false
    var thread: JoinableThread?

    init(parser: InputParser, size: Size) {
        self.parser = parser
        self.size = size
    }

    mutating func next() -> InputEvent? { waiting.isEmpty ? nil : waiting.removeFirst() }
}
