import Cells
import TraceModel

/// The filter line while it is typed into.
struct FieldEditor: Sendable {
    static let place = Place(title: "Filter line")

    /// What the text is for.
    enum Purpose: Hashable, Sendable {
        /// A filter of the language of docs/command-line.md §3.
        case filter
        /// Plain text to look for in what is shown.
        case search
    }

    let purpose: Purpose
    var line: TextField
    private let history: [String]
    /// Which of the earlier texts is shown; the number of them while it is none.
    private var historyIndex: Int

    init(purpose: Purpose, text: String, history: [String]) {
        self.purpose = purpose
        self.history = purpose == .filter ? history : []
        line = TextField(text)
        historyIndex = self.history.count
    }

    /// What is wrong with the text as it stands; the moment only matters for `since:`.
    func mistake(now: Timestamp) -> FilterMistake? {
        guard purpose == .filter else { return nil }
        do {
            _ = try SpanFilterParser(now: now).parse(line.text)
            return nil
        } catch {
            return error
        }
    }

    mutating func recall(_ step: Int) {
        let index = historyIndex + step
        guard index >= 0, index <= history.count else { return }
        historyIndex = index
        line = TextField(index < history.count ? history[index] : "")
    }

    /// Completes the field's name before the cursor: `mod` → `model:`.
    mutating func complete() {
        let typed = line.characters[..<line.cursor]
        let start = typed.lastIndex { " (!-".contains($0) }.map { $0 + 1 } ?? 0
        let word = String(typed[start...])
        guard purpose == .filter, !word.isEmpty else { return }
        guard let match = Self.beginnings.first(where: { $0.hasPrefix(word) && $0 != word }) else { return }
        line.insert(String(match.dropFirst(word.count)))
    }

    /// What a condition can begin with, the more usual first.
    static let beginnings = [
        "model:", "status:", "status:error", "session:", "since:", "kind:", "latency>", "ttft>", "tokens>", "cost>",
        "customer:", "config:", "prompt:", "variant:", "tag:", "name:", "provider:", "trace:", "attr.",
    ]

    static let commands: [Command] = [
        Command(
            name: "field.apply", title: "apply", keys: [.enter],
            help: "Use the text. A filter with a mistake is not used; the mistake is shown at its column.",
            place: place, hint: .of([.enter], "apply", order: 10, rank: 10), isAvailable: { _ in true },
            action: { state, effects in state.applyField(&effects) }),
        Command(
            name: "field.cancel", title: "cancel", keys: [.escape, .control("g")], help: "Leave the text as it was.",
            place: place, hint: .of([.escape], "cancel", order: 20, rank: 20), isAvailable: { _ in true },
            action: { state, _ in state.overlay = nil }),
        Command(
            name: "field.complete", title: "complete", keys: [.tab], help: "Complete the field's name.", place: place,
            hint: .of([.tab], "complete", order: 30, rank: 30), isAvailable: { _ in true },
            action: { state, _ in state.updateField { $0.complete() } }),
        Command(
            name: "field.earlier", title: "earlier", keys: [.up, .control("p")], help: "Take the filter used before.",
            place: place, hint: .of([.up, .down], "history", order: 40, rank: 40), isAvailable: { _ in true },
            action: { state, _ in state.updateField { $0.recall(-1) } }),
        Command(
            name: "field.later", title: "later", keys: [.down, .control("n")], help: "Take the filter used after it.",
            place: place, hint: nil, isAvailable: { _ in true },
            action: { state, _ in state.updateField { $0.recall(1) } }),
    ]
}

extension ConsoleState {
    fileprivate mutating func updateField(_ body: (inout FieldEditor) -> Void) {
        guard case .field(var field) = overlay else { return }
        body(&field)
        overlay = .field(field)
    }

    fileprivate mutating func applyField(_ effects: inout [Effect]) {
        guard case .field(let field) = overlay, field.mistake(now: now) == nil else { return }
        let text = field.line.text
        overlay = nil
        if field.purpose == .filter, !text.isEmpty {
            filterHistory.removeAll { $0.utf8.elementsEqual(text.utf8) }
            filterHistory.append(text)
        }
        updateTop(&effects) { $0.accept(field.purpose, text: text, &$1) }
    }
}
