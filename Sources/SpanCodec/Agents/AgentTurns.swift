public import TraceModel

/// Makes spans of what coding agents log: the turns of each session, with the calls and tools in them.
///
/// A value: events go in, spans come out. It remembers what the turn's span needs when more of the turn comes later; of a
/// session it has not seen, ``isKnown(_:_:)`` says so, and what a store has of it is put back with
/// ``restore(_:_:from:)``. Events may come twice and in any order: a span is the same however often it is made.
public struct AgentTurns: Sendable {
    struct SessionID: Hashable, Sendable {
        var agent: SpanDialect
        var session: String
    }

    /// How many sessions are remembered; those not heard of for longest are forgotten, and read back when they go on.
    static let capacity = 512

    private var sessions: [SessionID: AgentSession] = [:]
    private var clock = 0

    /// Knows no session.
    public init() {}

    /// Whether the session is remembered.
    public func isKnown(_ agent: SpanDialect, _ session: String) -> Bool {
        sessions[SessionID(agent: agent, session: session)] != nil
    }

    /// Puts back what a store has of a session: its turns' and calls' spans, any others beside them.
    public mutating func restore(_ agent: SpanDialect, _ session: String, from spans: [StoredSpanPayload]) {
        var known = AgentSession(agent: agent, session: session)
        for span in spans { known.restore(span) }
        put(known)
    }

    /// Takes events in the order in which they came.
    ///
    /// - Returns: The spans they make, turns last, and content for calls.
    public mutating func take(_ events: [AgentEvent]) -> (spans: [IngestedSpan], contents: [IngestedContent]) {
        var made = AgentSpans()
        for event in events {
            let id = SessionID(agent: event.agent, session: event.sessionID)
            var session = sessions[id] ?? AgentSession(agent: event.agent, session: event.sessionID)
            session.take(event, into: &made)
            put(session)
        }
        return made.finished()
    }

    /// Takes spans that an agent emits itself beside its events.
    ///
    /// - Returns: What is to take the place of the calls they tell of, which count once (D20a).
    public mutating func take(own spans: [Span], session: (Span) -> String?) -> [IngestedSpan] {
        var made = AgentSpans()
        for span in spans {
            guard let request = span.responseID, let name = session(span) else { continue }
            let id = SessionID(agent: span.dialect, session: name)
            var state = sessions[id] ?? AgentSession(agent: span.dialect, session: name)
            state.takeOwnCall(request, into: &made)
            put(state)
        }
        return made.finished().spans
    }

    private mutating func put(_ session: AgentSession) {
        clock += 1
        var session = session
        session.lastUse = clock
        sessions[SessionID(agent: session.agent, session: session.session)] = session
        guard sessions.count > Self.capacity, let oldest = sessions.min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return }
        sessions[oldest.key] = nil
    }
}
