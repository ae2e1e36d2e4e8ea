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
    /// How many bytes of memory they take together, roughly.
    static let mostBytes = 64 << 20

    private var sessions: [SessionID: AgentSession] = [:]
    private var weight = 0
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
        // What was restored has nothing to tell.
        var made = AgentSpans()
        put(known, into: &made)
    }

    /// Takes events in the order in which they came.
    ///
    /// - Returns: The spans they make, turns last, and content for calls.
    public mutating func take(_ events: [AgentEvent]) -> (spans: [IngestedSpan], contents: [IngestedContent]) {
        var made = AgentSpans()
        var touched: Set<SessionID> = []
        var order: [SessionID] = []
        for event in events {
            let id = SessionID(agent: event.agent, session: event.sessionID)
            var session = take(id)
            session.take(event, into: &made)
            put(session, into: &made)
            if touched.insert(id).inserted { order.append(id) }
        }
        for id in order {
            guard sessions[id] != nil else { continue }
            var session = take(id)
            session.tellTurns(into: &made)
            put(session, into: &made)
        }
        // One that is too large by itself is read back when it goes on.
        forget(besides: nil, into: &made)
        return made.finished()
    }

    /// Takes spans that an agent emits itself beside its events.
    ///
    /// - Returns: What is to take the place of the calls they tell of, which count once (D20a).
    public mutating func take(own spans: [Span], session: (Span) -> String?) -> [IngestedSpan] {
        var made = AgentSpans()
        for span in spans {
            guard let request = span.responseID, let name = session(span) else { continue }
            var state = take(SessionID(agent: span.dialect, session: name))
            state.takeOwnCall(request, into: &made)
            put(state, into: &made)
        }
        return made.finished().spans
    }

    /// Takes a session out, so that nothing of it is copied while it changes.
    private mutating func take(_ id: SessionID) -> AgentSession {
        guard let session = sessions.removeValue(forKey: id) else {
            return AgentSession(agent: id.agent, session: id.session)
        }
        weight -= session.weight
        return session
    }

    /// Puts a session back, and forgets others where there is no room.
    private mutating func put(_ session: AgentSession, into made: inout AgentSpans) {
        let id = SessionID(agent: session.agent, session: session.session)
        clock += 1
        weight += session.weight
        sessions[id] = session
        sessions[id]?.lastUse = clock
        forget(besides: id, into: &made)
    }

    /// Forgets the sessions not heard of for longest until there is room.
    private mutating func forget(besides kept: SessionID?, into made: inout AgentSpans) {
        while sessions.count > Self.capacity || weight > Self.mostBytes,
            let oldest = sessions.min(by: { $0.value.lastUse < $1.value.lastUse })?.key, oldest != kept
        {
            var leaving = take(oldest)
            leaving.tellTurns(into: &made)
        }
    }
}
