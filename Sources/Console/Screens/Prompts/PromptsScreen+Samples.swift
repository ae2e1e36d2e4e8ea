import Assignment
import Cells
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

extension PromptsScreen {
    /// What is typed in the line below the text.
    enum LineField: Hashable, Sendable {
        case variable(String)
        case sampleName
    }

    /// The variables the shown prompt is tried with: those typed, else the first saved sample's.
    var filling: SampleFilling {
        selectedKey.flatMap { fillings[$0] } ?? SampleFilling(samples.first)
    }

    var samples: [PromptSample] { workspace.samples.filter { $0.key == selectedKey } }

    /// The variables of what is shown or written, with their values.
    var variableRows: [SampleFilling.Row] {
        filling.rows(for: editor?.variables ?? shown.map(Self.variables) ?? [])
    }

    var selectedVariable: SampleFilling.Row? {
        let rows = variableRows
        return rows.indices.contains(variable) ? rows[variable] : nil
    }

    private var atVariable: SampleFilling.Row? { isFree && pane == .variables ? selectedVariable : nil }

    static let sampleCommands: [Command] = [
        .on(
            PromptsScreen.self, "prompts.fill", "fill in variables", [.character("i")],
            hint: .of([.character("i")], "fill in", order: 42, rank: 40),
            help: "Give the placeholders sample values; x shows the text with them.",
            when: { $0.isFree && $0.pane != .variables && !$0.variableRows.isEmpty },
            otherwise: { $0.pane == .variables ? "Enter fills in the selected one" : "the prompt has no placeholders" },
            do: { screen, _ in
                screen.pane = .variables
                screen.variable = screen.variableRows.firstIndex { $0.value == nil } ?? 0
            }),
        .on(
            PromptsScreen.self, "prompts.next-sample", "next sample", [.character("c")],
            hint: .of([.character("c")], "next sample", order: 44, rank: 46),
            help: "Take the next saved sample of this prompt over.", when: { $0.isFree && !$0.samples.isEmpty },
            otherwise: { _ in "no sample of this prompt is saved" },
            do: { screen, scope in
                guard let key = screen.selectedKey else { return }
                let names = screen.samples.map(\.name)
                let index = screen.filling.name.flatMap { names.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
                let next = screen.samples[index % names.count]
                screen.fillings[key] = SampleFilling(next)
                scope.tell("filled in with the sample \(next.name)")
            }),
        .on(
            PromptsScreen.self, "prompts.save-sample", "save sample", [.character("C")],
            hint: .of([.character("C")], "save sample", order: 46, rank: 41),
            help: "Save the values as a sample, beside the prompt's versions.",
            when: { $0.isFree && $0.pane == .variables && !$0.filling.variables.isEmpty },
            otherwise: { $0.pane == .variables ? "no value is filled in" : "i goes to the variables first" },
            do: { screen, _ in
                screen.lineEditing = InPlaceEditing(.sampleName, screen.filling.name ?? "")
            }),
        .on(
            PromptsScreen.self, "prompts.clear-variable", "clear value", [.character("D"), .delete],
            help: "Take the variable's value away.", when: { $0.atVariable?.value != nil },
            otherwise: { _ in "no value is selected: i goes to the variables" },
            do: { screen, _ in
                guard let row = screen.atVariable else { return }
                screen.changeFilling { $0.remove(row.name) }
            }),
    ]

    /// Changes the variables of the shown prompt.
    mutating func changeFilling(_ body: (inout SampleFilling) -> Void) {
        guard let selectedKey else { return }
        var filling = filling
        body(&filling)
        fillings[selectedKey] = filling
        variable = min(variable, max(0, variableRows.count - 1))
    }

    mutating func beginVariable() {
        guard let row = selectedVariable else { return }
        lineEditing = InPlaceEditing(.variable(row.name), row.value ?? "")
    }

    /// A key while a value or a sample's name is typed. A value is used as it is typed.
    mutating func typeSample(_ key: Key, _ scope: inout Scope) -> Bool {
        guard var editing = lineEditing else { return false }
        switch key {
        case .escape:
            if case .variable(let name) = editing.target { take(editing.original, for: name) }
            lineEditing = nil
        case .enter: acceptSample(editing, &scope)
        case .tab:
            acceptSample(editing, &scope)
            guard case .variable = editing.target, variable + 1 < variableRows.count else { break }
            variable += 1
            beginVariable()
        default:
            guard editing.field.handle(key) else { return false }
            lineEditing = editing
            if case .variable(let name) = editing.target { take(editing.field.text, for: name) }
        }
        return true
    }

    mutating func pasteSample(_ text: String) {
        guard var editing = lineEditing else { return }
        editing.field.insert(text)
        lineEditing = editing
        if case .variable(let name) = editing.target { take(editing.field.text, for: name) }
    }

    private mutating func take(_ text: String, for name: String) {
        changeFilling { if text.isEmpty { $0.remove(name) } else { $0.set(text, for: name) } }
    }

    private mutating func acceptSample(_ editing: InPlaceEditing<LineField>, _ scope: inout Scope) {
        let text = editing.field.text
        switch editing.target {
        case .variable(let name): take(text, for: name)
        case .sampleName:
            guard !text.isEmpty, let selectedKey else { break }
            scope.work(
                .saveSample(PromptSample(key: selectedKey, name: text, variables: filling.variables)),
                as: sampleSaves.begin(text, scope))
            changeFilling { $0.name = text }
        }
        lineEditing = nil
    }
}
