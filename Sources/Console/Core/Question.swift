import Cells

/// A command that waits for a yes: what it changes reaches running apps, so that one letter by mistake must not do it.
struct Question: Sendable {
    /// What is done on Enter, or when its key is pressed again.
    let command: Command
    /// What would be done, and who moves.
    let text: String
}

extension ConsoleState {
    /// Does what a command means, or asks first. When what would be done has changed meanwhile, it is asked anew.
    mutating func run(_ command: Command, _ effects: inout [Effect]) {
        if let text = command.question(self), question?.command.name != command.name || question?.text != text {
            question = Question(command: command, text: text)
            return
        }
        question = nil
        if command.place == type(of: top.screen).place { cameFrom = nil }
        command.action(&self, &effects)
    }

    /// Answers the question: Enter and the command's own key are yes, every other key no. `false` where the key has a
    /// meaning of its own beside that.
    mutating func answer(_ key: Key, _ effects: inout [Effect]) -> Bool {
        guard let question else { return false }
        if key == .enter || settings.keys.chords(of: question.command).contains([key]),
            question.command.isAvailable(self)
        {
            run(question.command, &effects)
            return true
        }
        self.question = nil
        return key == .escape
    }
}
