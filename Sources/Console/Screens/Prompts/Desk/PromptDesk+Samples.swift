import Cells
import Prompts
import WorkspaceModel

extension PromptDesk {
    /// The values the shown prompt is tried with: those typed, else the first saved sample's.
    func filling(_ list: PromptList) -> SampleFilling {
        list.selectedKey.flatMap { samples.fillings[$0] } ?? SampleFilling(list.samples.first)
    }

    /// The variables of what is shown or written, with their values.
    func variableRows(_ list: PromptList) -> [SampleFilling.Row] {
        filling(list).rows(for: editor?.variables ?? list.shown?.variables ?? [])
    }

    func selectedVariable(_ list: PromptList) -> SampleFilling.Row? {
        let rows = variableRows(list)
        return rows.indices.contains(samples.selected) ? rows[samples.selected] : nil
    }

    /// Changes the values of the selected prompt.
    mutating func changeFilling(_ list: PromptList, _ body: (inout SampleFilling) -> Void) {
        guard let key = list.selectedKey else { return }
        var filling = filling(list)
        body(&filling)
        samples.fillings[key] = filling
        samples.selected = min(samples.selected, max(0, variableRows(list).count - 1))
    }

    /// Takes the next saved sample over.
    mutating func nextSample(_ list: PromptList, _ scope: inout Scope) {
        let saved = list.samples
        guard let key = list.selectedKey, !saved.isEmpty else { return }
        let index = filling(list).name.flatMap { name in saved.firstIndex { $0.name == name } }.map { $0 + 1 } ?? 0
        let next = saved[index % saved.count]
        samples.fillings[key] = SampleFilling(next)
        scope.tell("filled in with the sample \(next.name)")
    }

    mutating func beginVariable(_ list: PromptList) {
        guard let row = selectedVariable(list) else { return }
        samples.line = InPlaceEditing(.variable(row.name), row.value ?? "")
    }

    mutating func beginSampleName(_ list: PromptList) {
        samples.line = InPlaceEditing(.sampleName, filling(list).name ?? "")
    }

    /// A key while a value or a sample's name is typed. A value is used as it is typed.
    mutating func typeSample(_ key: Key, _ list: PromptList, _ scope: inout Scope) -> Bool {
        guard var editing = samples.line else { return false }
        switch key {
        case .escape:
            if case .variable(let name) = editing.target { take(editing.original, for: name, list) }
            samples.line = nil
        case .enter: acceptSample(editing, list, &scope)
        case .tab:
            acceptSample(editing, list, &scope)
            guard case .variable = editing.target, samples.selected + 1 < variableRows(list).count else { break }
            samples.selected += 1
            beginVariable(list)
        default:
            guard editing.field.handle(key) else { return false }
            show(editing, list)
        }
        return true
    }

    mutating func pasteSample(_ text: String, _ list: PromptList) {
        guard var editing = samples.line else { return }
        editing.field.insert(text)
        show(editing, list)
    }

    private mutating func show(_ editing: InPlaceEditing<PromptSamples.Line>, _ list: PromptList) {
        samples.line = editing
        if case .variable(let name) = editing.target { take(editing.field.text, for: name, list) }
    }

    private mutating func take(_ text: String, for name: String, _ list: PromptList) {
        changeFilling(list) { if text.isEmpty { $0.remove(name) } else { $0.set(text, for: name) } }
    }

    private mutating func acceptSample(
        _ editing: InPlaceEditing<PromptSamples.Line>, _ list: PromptList, _ scope: inout Scope
    ) {
        let text = editing.field.text
        switch editing.target {
        case .variable(let name): take(text, for: name, list)
        case .sampleName:
            guard !text.isEmpty, let key = list.selectedKey else { break }
            scope.work(
                .saveSample(PromptSample(key: key, name: text, variables: filling(list).variables)),
                as: samples.saves.begin(text, scope))
            changeFilling(list) { $0.name = text }
        }
        samples.line = nil
    }
}
