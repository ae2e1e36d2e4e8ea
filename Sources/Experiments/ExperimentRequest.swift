public import Assignment
public import TraceModel

/// What the Experiments screen has worked out beside the screen's own thread: read from the store, or computed over so
/// many sessions that a key would have to wait.
public enum ExperimentRequest: Hashable, Sendable {
    /// The recorded sessions of a config, for replays.
    case sessions(ConfigSessionQuery)
    /// What those sessions get from a draft, and who moves.
    case replay([RecordedSession], live: ModelConfig, draft: ModelConfig)
    /// How many of so many made-up sessions of one subject move from the live version to a draft.
    case madeUp(Int, Subject, live: ModelConfig, draft: ModelConfig)
    /// How the variants of a version fare in the traces.
    case results(ModelConfig, plan: DecisionPlan, since: Timestamp?)

    /// Works it out.
    public func answer(by reader: any TraceReader) async throws -> ExperimentAnswer {
        switch self {
        case .sessions(let query):
            let page = try await reader.configSessions(query)
            return .sessions(page.sessions.map(RecordedSession.init), isPartial: page.sessions.count < page.total)
        case .replay(let sessions, let live, let draft):
            return .replay(RecordedReplay(sessions, live: live, draft: draft))
        case .madeUp(let count, let subject, let live, let draft):
            return .madeUp(MadeUpSessions(count, like: subject, live: live, draft: draft))
        case .results(let config, let plan, let since):
            let query = ConfigSessionQuery(configKey: config.key, since: since, limit: ConfigResults.mostSessions)
            let sessions = try await reader.configSessions(query)
            let calls = try await reader.calls(
                CallQuery(.config(config.key), since: since, limit: ConfigResults.mostCalls))
            let scores = try await reader.scores(ScoreQuery(.everything)).scores
            return .results(
                ConfigResults(config, sessions, calls, scores: scores, plan: plan),
                RecordedField.common(in: sessions.sessions))
        }
    }
}

/// What came of it.
public enum ExperimentAnswer: Sendable {
    /// Recorded sessions, the latest first, and whether there are more.
    case sessions([RecordedSession], isPartial: Bool)
    /// A replay.
    case replay(RecordedReplay)
    /// Made-up sessions.
    case madeUp(MadeUpSessions)
    /// Results, and the fields that the sessions have.
    case results(ConfigResults, [RecordedField])
}

/// How many made-up sessions of one customer and context move.
public struct MadeUpSessions: Hashable, Sendable {
    /// How many were asked for.
    public let total: Int
    /// How many get another model.
    public let moved: Int

    package init(_ count: Int, like subject: Subject, live: ModelConfig, draft: ModelConfig) {
        total = count
        moved =
            Replay(
                from: live, to: draft,
                subjects: (0..<count).lazy.map {
                    Subject(sessionID: "session-\($0 + 1)", customerID: subject.customerID, context: subject.context)
                }
            ).moves.count
    }
}

/// A field that recorded sessions have, for the form.
public struct RecordedField: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its most frequent values, at most eight.
    public let values: [String]

    /// The fields of the latest sessions, the most frequent first, at most eight.
    package static func common(in sessions: [ConfigSession]) -> [RecordedField] {
        var counts: [String: [String: Int]] = [:]
        for session in sessions.prefix(2_000) {
            for entry in RecordedSession(session).context.entries where entry.value.utf8.count <= 80 {
                counts[entry.name, default: [:]][entry.value, default: 0] += 1
            }
        }
        let total = { (values: [String: Int]) in values.values.reduce(0, +) }
        return counts.sorted { (total($1.value), $0.key) < (total($0.value), $1.key) }.prefix(8).map { name, values in
            let common = values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(8)
            return RecordedField(name: name, values: common.map(\.key))
        }
    }
}

/// How far back recorded sessions are looked at.
package enum RecordedPeriod: CaseIterable, Hashable, Sendable {
    case day, week, month, all

    /// The next one, from the longest to the shortest again.
    package var next: RecordedPeriod {
        let all = Self.allCases
        return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
    }

    /// In words, to stand after a comma.
    package var words: String {
        switch self {
        case .day: "last 24 hours"
        case .week: "last 7 days"
        case .month: "last 30 days"
        case .all: "all time"
        }
    }

    /// Its beginning; `nil` for all time.
    package func start(now: Timestamp) -> Timestamp? {
        let hours: Int64? =
            switch self {
            case .day: 24
            case .week: 7 * 24
            case .month: 30 * 24
            case .all: nil
            }
        return hours.map { now.advanced(byNanoseconds: -$0 * 3_600_000_000_000) }
    }
}
