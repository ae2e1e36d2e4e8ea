import Cells
import Display
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
        /// A name to keep a filter under.
        case naming(filter: String)
        /// A session's note.
        case note(session: String)
        /// A session's labels, commas between them.
        case labels(session: String)
        /// A score and why.
        case score(JudgedPlace)
    }

    let purpose: Purpose
    var line: TextField {
        didSet {
            guard line != oldValue else { return }
            isAsked = false
            cycle = nil
        }
    }
    private let history: [String]
    /// Which of the earlier texts is shown; the number of them while it is none.
    private var historyIndex: Int
    /// Values that fields may have, as far as they were asked for and are known.
    private var values: [ValueSource: [ValueSource.Value]] = [:]
    private var asked: Set<ValueSource> = []
    /// Whether somebody asked what may stand here without having typed anything of it.
    private var isAsked = false
    /// The possibilities that Tab goes through, while it does.
    private var cycle: Cycle?

    private struct Cycle: Sendable {
        var candidates: [FilterCompletion.Candidate]
        var start: Int
        var selected: Int
    }

    init(purpose: Purpose, text: String, history: [String]) {
        self.purpose = purpose
        self.history = purpose == .filter ? history : []
        line = TextField(text)
        historyIndex = self.history.count
    }

    /// What is wrong with the text as it stands; the moment and the clock matter for `since:` alone.
    func mistake(_ state: ConsoleState) -> FilterMistake? {
        guard purpose == .filter else { return keepMistake }
        do {
            _ = try SpanFilterParser(now: state.now, offset: state.wallClock.offset).parse(line.text)
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

    // MARK: Completion

    private var completion: FilterCompletion { FilterCompletion(line.characters[..<line.cursor]) }

    /// What may stand where the cursor is: while something of it is typed, or somebody has asked.
    var candidates: (rows: [FilterCompletion.Candidate], selected: Int?, start: Int) {
        if let cycle { return (cycle.candidates, cycle.selected, cycle.start) }
        let completion = completion
        guard purpose == .filter, isAsked || !completion.word.isEmpty else { return ([], nil, 0) }
        let rows = completion.candidates(values)
        return rows.map(\.text) == [completion.word] ? ([], nil, 0) : (rows, nil, completion.start)
    }

    /// Puts in what all possibilities begin with, else goes through them one by one. Where nothing is typed it lists them
    /// first.
    mutating func complete(_ step: Int = 1) {
        guard purpose == .filter else { return }
        if var cycle {
            cycle.selected = (cycle.selected + step + cycle.candidates.count) % cycle.candidates.count
            return put(cycle)
        }
        let completion = completion
        let rows = completion.candidates(values)
        guard let first = rows.first, !completion.word.isEmpty || isAsked else {
            isAsked = true
            return
        }
        let common = rows.dropFirst().reduce(first.text) { $0.commonPrefix(with: $1.text) }
        if common.count > completion.word.count, common.hasPrefix(completion.word) {
            replace(from: completion.start, with: common)
        } else if rows.count > 1 || first.text != completion.word {
            put(Cycle(candidates: rows, start: completion.start, selected: step > 0 ? 0 : rows.count - 1))
        }
    }

    private mutating func put(_ new: Cycle) {
        replace(from: new.start, with: new.candidates[new.selected].text)
        cycle = new
    }

    private mutating func replace(from start: Int, with text: String) {
        var field = line
        while field.cursor > start, field.deleteBackward() {}
        field.insert(text)
        line = field
    }

    /// The values to ask the store for, once; `nil` where none are missing.
    mutating func takeWantedSource() -> ValueSource? {
        guard purpose == .filter, let source = completion.source, asked.insert(source).inserted else { return nil }
        return source
    }

    mutating func take(_ new: [ValueSource.Value], of source: ValueSource) { values[source] = new }

    static let commands: [Command] = [
        .over(
            place, "field.apply", "apply", [.enter], hint: .of("apply", order: 10, rank: 10),
            help: "Use the text. A filter with a mistake is not used; the mistake is shown at its column."
        ) { state, effects in state.applyField(&effects) },
        .closing("field", name: "cancel", place, "cancel", order: 20, help: "Leave the text as it was."),
        .over(
            place, "field.complete", "complete", [.tab], hint: .of("complete", order: 30, rank: 30),
            help: "Complete the field or its value, or list what may stand here; again for the next."
        ) { state, effects in
            state.updateField { $0.complete() }
            state.askForValues(&effects)
        },
        .over(
            place, "field.complete-back", "complete backwards", [.backTab], help: "Go back to the possibility before."
        ) { state, _ in state.updateField { $0.complete(-1) } },
        .over(
            place, "field.earlier", "earlier", [.up, .control("p")],
            hint: .of([.up, .down], "history", order: 40, rank: 40),
            help: "Take the filter used before, in this console or in an earlier one."
        ) { state, _ in state.updateField { $0.recall(-1) } },
        .over(
            place, "field.later", "later", [.down, .control("n")], help: "Take the filter used after it."
        ) { state, _ in state.updateField { $0.recall(1) } },
    ]
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}

extension ConsoleState {
    mutating func edit(_ purpose: FieldEditor.Purpose, text: String) {
        overlay = .field(FieldEditor(purpose: purpose, text: text, history: filterHistory))
    }

    fileprivate mutating func updateField(_ body: (inout FieldEditor) -> Void) {
        guard case .field(var field) = overlay else { return }
        body(&field)
        overlay = .field(field)
    }

    /// Asks for the values that what is typed may become, each once while the line is open.
    mutating func askForValues(_ effects: inout [Effect]) {
        var wanted: ValueSource?
        updateField { wanted = $0.takeWantedSource() }
        guard let wanted else { return }
        effects.append(.load(.values(wanted), as: RequestID(owner: 0, slot: Pulse.valuesSlot, generation: 0)))
    }

    mutating func take(_ values: [ValueSource.Value], of source: ValueSource) {
        updateField { $0.take(values, of: source) }
    }

    fileprivate mutating func applyField(_ effects: inout [Effect]) {
        guard case .field(let field) = overlay, field.mistake(self) == nil else { return }
        let text = field.line.text
        overlay = nil
        switch field.purpose {
        case .naming(let filter): return keepFilter(filter, as: text.trimmingSpaces, &effects)
        case .filter where !text.isEmpty:
            filterHistory.removeAll { $0.utf8.elementsEqual(text.utf8) }
            filterHistory = filterHistory.suffix(Self.mostFilters - 1) + [text]
            effects.append(.rememberFilter(text))
        case .note, .labels, .score:
            if let action = field.keepAction { effects.append(.judge(action)) }
            return
        case .filter, .search: break
        }
        updateTop(&effects) { $0.accept(field.purpose, text: text, &$1) }
    }
}
