public import Experiments
public import TraceModel
public import WorkspaceModel

/// What a screen asks the reading side of the store for.
public enum Request: Hashable, Sendable {
    /// The store's figures.
    case overview
    /// A window of spans.
    case spans(SpanQuery)
    /// A window of sessions.
    case sessions(SessionQuery)
    /// Sessions put together.
    case sessionGroups(SpanFilter, SessionGrouping)
    /// The first words a person said in each of these sessions.
    case firstWords([String])
    /// The first span of each of these sessions that a filter lets through, with its content.
    case firstMatches([String], SpanFilter)
    /// Values that a filter's field may have.
    case values(ValueSource)
    /// One session's figures.
    case session(String)
    /// A session's spans by start, at most `limit` from the first.
    case sessionSpans(String, limit: Int)
    /// The assignments recorded for a session.
    case assignments(ofSession: String)
    /// One span with its content.
    case span(SpanKey)
    /// Several spans with their content, in this order; those that are not in the store are left out.
    case contents([SpanKey])
    /// Sums over spans.
    case usage(UsageRequest)
    /// What the Experiments screen has worked out.
    case experiment(ExperimentRequest)
    /// A recorded call asked again; what comes of it is told while it comes.
    case trial(Trial)
    /// Many calls asked again.
    case run(RunRequest)
    /// A large text to be laid out.
    case layOut(LayoutJob)
}

/// What came back. Each request has the answer of the same name.
public enum ScreenAnswer: Sendable {
    /// The store's figures.
    case overview(StoreOverview)
    /// A window of spans.
    case spans(SpanPage)
    /// How far a window of spans that takes time has come; the window follows.
    case searching(SearchProgress)
    /// A window of sessions.
    case sessions(SessionPage)
    /// Groups of sessions, with what they were made by.
    case sessionGroups([SessionGroup], SessionGrouping)
    /// First words by session; none where nobody said any.
    case firstWords([String: String])
    /// The first span of each session that passes.
    case firstMatches([LoadedSpan])
    /// Values of a field, the most frequent first.
    case values([ValueSource.Value], of: ValueSource)
    /// One session's figures; `nil` when there is none of that id.
    case session(SessionSummary?)
    /// A session's spans by start.
    case sessionSpans([StoredSpan])
    /// The assignments recorded for a session, oldest first.
    case assignments([RecordedAssignment])
    /// One span; `nil` when it is not in the store.
    case span(LoadedSpan?)
    /// Several spans.
    case contents([LoadedSpan])
    /// Sums over spans, with what was asked.
    case usage(UsageReport, UsageRequest)
    /// What the Experiments screen had worked out.
    case experiment(ExperimentAnswer)
    /// How far a trial has come; its last state is over.
    case trial(TrialState)
    /// News of a run; the last is its table.
    case run(RunNews)
    /// A large text as it was laid out.
    case laidOut(LaidOutText)
    /// What a change of the workspace did.
    case workspace(WorkspaceOutcome)
    /// The text as it came back from the editor; `nil` when it was left unchanged or the editor failed.
    case edited(String?)
}

/// Which question an answer belongs to. An answer to an older generation of the same slot is stale and is dropped.
public struct RequestID: Hashable, Sendable {
    /// The screen that asked.
    public var owner: Int
    /// Which of its questions.
    public var slot: Int
    /// Counts the questions of that slot.
    public var generation: Int
}

extension SpanDetail {
    /// Whether anything of what was said is known; logged content may come after its span.
    var hasContent: Bool { input != .notCaptured || output != .notCaptured }
}
