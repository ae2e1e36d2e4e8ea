import Experiments
import Prompts

extension DiffRows {
    /// The shown version's text, or how it differs from what it is compared with, and what callers must know of it.
    init(_ screen: PromptsScreen, _ diff: TextDiff?, _ placeholders: PlaceholderChanges?, width: Int) {
        if screen.mode != .text, let diff {
            self.init(diff, isDivided: screen.mode == .sideBySide, width: width)
        } else {
            self.init(screen.shown.map(screen.text(of:)) ?? "", width: width)
        }
        if let placeholders, !placeholders.isEmpty { addPlaceholders(placeholders, screen, width: width) }
    }

    /// What callers must know of placeholders, and who was seen to call.
    private mutating func addPlaceholders(_ changes: PlaceholderChanges, _ screen: PromptsScreen, width: Int) {
        addBlank()
        for rename in changes.renamed {
            addNote("{{\(rename.old)}} is now {{\(rename.new)}}: callers that pass the old name break", width: width)
            addCallers(rename.new, screen, width: width)
        }
        for name in changes.added {
            addNote("+ {{\(name)}}: callers have to pass it", width: width)
            addCallers(name, screen, width: width)
        }
        for name in changes.removed { addNote("- {{\(name)}}: no longer used", width: width) }
    }

    private mutating func addCallers(_ name: String, _ screen: PromptsScreen, width: Int) {
        for sentence in screen.callers.sentences(on: name) { addNote("  " + sentence, isQuiet: true, width: width) }
    }
}
