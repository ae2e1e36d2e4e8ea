import Assignment
import Experiments
import WorkspaceModel

extension ExperimentsScreen: RecordScreen {
    /// What an action on the workspace did.
    mutating func receive(_ outcome: WorkspaceOutcome, for id: RequestID, _ scope: inout Scope) {
        if board.receive(outcome, for: id, &scope) {
            boardChanged(&scope)
        } else if let name = contextSaves.end(id) {
            scope.tell("saved context \(name)", .good)
        } else if let key = planSaves.end(id) {
            scope.tell("saved by what \(key) is decided", .good)
        }
    }

    /// What depends on the version or the draft is worked out again; of another version other results are read.
    mutating func boardChanged(_ scope: inout Scope) {
        refresh()
        if let saved, work.resultsOf.map({ $0 != (saved.key, saved.version) }) ?? true { loadResults(&scope) }
        recount(&scope)
    }

    var question: String? {
        board.question(fault: config?.lints().first { $0.severity == .error }?.humanMessage)
    }
}
