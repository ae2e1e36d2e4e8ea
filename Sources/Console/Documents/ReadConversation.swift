import TraceModel

/// A conversation laid out, with the places one goes to.
struct ReadConversation: Sendable {
    var lines: [TextLine] = []
    /// Where what was said for the first time begins.
    var firstNew: Int?
    /// Where the answer begins.
    var answer: Int?
    /// What was said for the first time, as it was written.
    var said: [Message] = []

    /// The line to open at: at what is new, with the answer in sight.
    func opening(height: Int) -> Int {
        guard lines.count > height else { return 0 }
        let new = firstNew ?? answer ?? 0
        guard let answer, answer >= new + height * 2 / 3 else { return new }
        return max(new, answer - height / 3)
    }
}
