import Assignment
import Cells
import Experiments
import Prompts
import WorkspaceModel

extension PromptList {
    /// The workspace has changed, or the screen is shown anew.
    ///
    /// - Returns: whether the selected prompt is still there.
    mutating func take(_ scope: Scope) -> Bool {
        workspace = scope.workspace
        tests = RecordBoard(firstSlot: 0)
        _ = tests.take(scope)
        if let shownVersion, versions?.records[shownVersion] == nil { self.shownVersion = nil }
        return versions != nil
    }

    mutating func select(_ key: String?) { (selectedKey, shownVersion, marked) = (key, nil, nil) }

    /// Marks the shown version to be compared with, or takes the mark away.
    mutating func mark() { marked = marked == shown?.version ? nil : shown?.version }

    /// The prompt that a motion leads to; `nil` where that is the selected one.
    func key(after motion: Motion) -> String? {
        let index = keys.firstIndex { $0 == selectedKey } ?? 0
        let next = motion.target(from: index, count: keys.count)
        return keys.indices.contains(next) && next != index ? keys[next] : nil
    }

    /// The version that a motion leads to.
    func version(after motion: Motion) -> Int? {
        let index = numbers.firstIndex { $0 == shown?.version } ?? 0
        let next = motion.target(from: index, count: numbers.count)
        return numbers.indices.contains(next) ? numbers[next] : nil
    }

    /// Makes the shown version current.
    mutating func use(_ scope: inout Scope) {
        guard let shown else { return }
        scope.work(
            .use(.prompt, key: shown.key, version: shown.version, expecting: versions?.currentVersion),
            as: switches.begin(Switch(key: shown.key, version: shown.version), scope))
    }

    /// Whether an answer of the workspace was the list's; told to the person.
    mutating func receive(_ outcome: WorkspaceOutcome, for id: RequestID, _ scope: inout Scope) -> Bool {
        guard let used = switches.end(id) else { return false }
        scope.tell("version \(used.version) of \(used.key) is current; apps get it at their next sync", .good)
        return true
    }

    mutating func fail(_ id: RequestID) { _ = switches.end(id) }
}
