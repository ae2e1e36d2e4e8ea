import Assignment
import Experiments
import TraceModel
import WorkspaceModel

extension ExperimentsScreen {
    /// What is worked out beside the screen.
    struct Work: Sendable {
        var sessions = Loader(slot: Slot.sessions)
        var replay = Loader(slot: Slot.replay)
        var madeUp = Loader(slot: Slot.madeUp)
        var results = Loader(slot: Slot.results)
        /// Which version the results are of.
        var resultsOf: (key: String, version: Int)?
        /// When they were read.
        var resultsAt: Timestamp?
    }

    /// A replay is worked out anew for so many sessions at most.
    static let mostReplayed = 200_000
    /// Results are read again by themselves while they are of so few calls.
    private static let fewCalls = 5_000

    /// Reads how the shown version's variants fare.
    mutating func loadResults(_ scope: inout Scope) {
        guard let saved else { return }
        if work.resultsOf.map({ $0 != (saved.key, saved.version) }) ?? true { results = nil }
        work.resultsOf = (saved.key, saved.version)
        work.results.ask(.experiment(.results(saved, plan: plan, since: period.start(now: scope.now))), &scope)
    }

    /// News in the store: what costs little is read again, once in a few seconds; a long reading waits for a key.
    mutating func refreshResults(_ scope: inout Scope) {
        guard let saved, let results, results.callsRead <= Self.fewCalls, !work.results.isLoading,
            work.resultsAt.map({ scope.now.nanoseconds(since: $0) >= 3_000_000_000 }) ?? true
        else { return }
        work.resultsAt = scope.now
        work.results.ask(.experiment(.results(saved, plan: plan, since: period.start(now: scope.now))), &scope)
    }

    /// By what the shown config is decided.
    var plan: DecisionPlan { saved.map { workspace.plan(ofConfig: $0.key) } ?? DecisionPlan() }

    /// Reads the recorded sessions, to replay them.
    mutating func loadSessions(_ scope: inout Scope) {
        guard let selectedKey else { return }
        let query = ConfigSessionQuery(
            configKey: selectedKey, since: period.start(now: scope.now), limit: Self.mostReplayed)
        work.sessions.ask(.experiment(.sessions(query)), &scope)
    }

    /// Another period: what was read of the old one is read anew.
    mutating func changePeriod(_ scope: inout Scope) {
        period = period.next
        scope.tell("recorded sessions of the \(period.words)".replacing("the all time", with: "whole store"))
        loadResults(&scope)
        if recorded != nil || work.sessions.isLoading { loadSessions(&scope) }
    }

    /// Another session, customer or field is simulated.
    mutating func simulationChanged(_ scope: inout Scope) {
        refresh()
        recount(&scope)
    }

    /// Made-up sessions say nothing any more; an answer that is on its way neither.
    mutating func forgetMadeUp() {
        madeUp = nil
        work.madeUp.forget()
    }

    /// The versions or what is simulated changed: what depends on them is worked out again.
    mutating func recount(_ scope: inout Scope) {
        guard let saved, let config else { return }
        if let recorded { work.replay.ask(.experiment(.replay(recorded, live: saved, draft: config)), &scope) }
        guard board.isChanged else { return forgetMadeUp() }
        work.madeUp.ask(
            .experiment(.madeUp(madeUpCount, simulation.subject, live: saved, draft: config)), &scope)
    }

    mutating func receive(_ answer: ExperimentAnswer, for id: RequestID, _ scope: inout Scope) {
        switch answer {
        case .sessions(let sessions, let isPartial) where work.sessions.accept(id) != .stale:
            recorded = sessions
            isRecordedPartial = isPartial
            recount(&scope)
            if wantsRecordedSession {
                wantsRecordedSession = false
                takeRecordedSession(&scope)
            }
        case .replay(let replay) where work.replay.accept(id) != .stale: self.replay = replay
        case .madeUp(let sessions) where work.madeUp.accept(id) != .stale: madeUp = sessions
        case .results(let results, let fields) where work.results.accept(id) != .stale:
            self.results = results
            work.resultsAt = scope.now
            recordedFields = fields
            if let config { simulation.suggestFields(of: config, and: fields.prefix(4).map(\.name)) }
            refresh()
        default: break
        }
    }

    /// Takes the next recorded session over into the form: who asked, with what.
    mutating func takeRecordedSession(_ scope: inout Scope) {
        guard let recorded else {
            wantsRecordedSession = true
            return loadSessions(&scope)
        }
        guard !recorded.isEmpty else {
            return scope.tell("no session of this config is recorded in the \(period.words)")
        }
        let shown = recorded.firstIndex { $0.sessionID.utf8.elementsEqual(simulation.sessionID.utf8) }
        simulation.take(recorded[(shown.map { $0 + 1 } ?? 0) % recorded.count])
        if let config { simulation.suggestFields(of: config, and: recordedFields.prefix(4).map(\.name)) }
        simulationChanged(&scope)
    }
}
