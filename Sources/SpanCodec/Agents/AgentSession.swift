import OrderedJSON
import TraceModel

/// What is remembered of an agent's session.
struct AgentSession: Sendable {
    /// From one prompt of the user to the next.
    struct Turn: Sendable {
        var id: String
        var key: SpanKey
        /// When the user asked; `nil` where that was not told.
        var promptTime: Timestamp?
        var start: Timestamp
        var end: Timestamp
        var prompt: String?
        var answer: (text: String, time: Timestamp)?
        /// The last event that says who and where: its attributes are the turn's.
        var resource = AttributeMap()
        var customer: AttributeMap = AttributeMap()
        /// Requests whose answer has begun, and the calls that have ended, by time.
        var requests: [(time: Timestamp, start: Timestamp)] = []
        var lastCall: (key: SpanKey, time: Timestamp)?
        /// Whether its span was made since it last changed.
        var isTold = true
    }

    /// Turns that are remembered at most; older ones are long over.
    private static let capacity = 1024
    /// Ids of requests that are remembered at most, and requests of a turn.
    private static let mostRequests = 20_000

    let agent: SpanDialect
    let session: String
    var lastUse = 0
    /// Bytes of memory that it takes, roughly.
    private(set) var weight = 0
    private var turns: [Turn] = []
    /// Calls that the agent's own spans tell of.
    private var ownCalls: Set<String> = []
    /// Calls that were made of events, by the request's id.
    private var madeCalls: [String: (key: SpanKey, time: Timestamp)] = [:]

    init(agent: SpanDialect, session: String) {
        self.agent = agent
        self.session = session
    }

    // MARK: Events

    mutating func take(_ event: AgentEvent, into made: inout AgentSpans) {
        let index = turn(of: event, into: &made)
        let start = start(of: event, in: turns[index])
        note(event, start: start, in: index)
        switch event.happening {
        case .prompt(let text):
            if turns[index].prompt == nil {
                turns[index].prompt = text
                weight += text?.utf8.count ?? 0
            }
        case .answer(let text): answer(text, event, index, into: &made)
        case .request:
            if turns[index].requests.count >= Self.mostRequests { turns[index].requests = [] }
            turns[index].requests.append((event.time, start))
            weight += 16
        case .call(let call): self.call(call, event, start: start, index, into: &made)
        case .tool(let tool):
            let key = key(of: event, .tool, index)
            made.add(AgentSpan.tool(tool, event, key: key, parent: turns[index].key.spanID, start: start))
        }
        turns[index].isTold = false
    }

    /// Makes the spans of the turns that have changed: once, however many events there were of one.
    mutating func tellTurns(into made: inout AgentSpans) {
        for index in turns.indices where !turns[index].isTold {
            made.put(AgentSpan.turn(turns[index], session: self))
            turns[index].isTold = true
        }
    }

    private mutating func call(
        _ call: AgentEvent.Call, _ event: AgentEvent, start: Timestamp, _ index: Int, into made: inout AgentSpans
    ) {
        let key = key(of: event, .llm, index)
        turns[index].lastCall = (key, event.time)
        if let id = event.id {
            if madeCalls.count >= Self.mostRequests { madeCalls = [:] }
            madeCalls[id] = (key, event.time)
            weight += 128 + id.utf8.count
            guard !ownCalls.contains(id) else { return }
        }
        made.add(AgentSpan.call(call, event, key: key, parent: turns[index].key.spanID, start: start))
    }

    /// The last answer is the turn's; it is also the answer of the call it came with.
    private mutating func answer(_ text: String, _ event: AgentEvent, _ index: Int, into made: inout AgentSpans) {
        if turns[index].answer.map({ $0.time <= event.time }) ?? true {
            weight += text.utf8.count - (turns[index].answer?.text.utf8.count ?? 0)
            turns[index].answer = (text, event.time)
        }
        let named = event.id.flatMap { madeCalls[$0]?.key }
        let beside = turns[index].lastCall.flatMap { $0.time == event.time ? $0.key : nil }
        guard let key = named ?? beside else { return }
        made.contents.append(AgentSpan.answer(text, of: key, at: event.time))
    }

    /// The event's span: by its own id, else by what tells it apart.
    private func key(of event: AgentEvent, _ kind: SpanKind, _ index: Int) -> SpanKey {
        let trace = turns[index].key.traceID
        let place = "\(event.time.unixNanoseconds)" + (event.sequence.map { " \($0)" } ?? "")
        return SpanKey(traceID: trace, spanID: AgentIDs.span(trace: trace, kind: kind, id: event.id ?? place))
    }

    // MARK: Turns

    /// The turn an event belongs to: the one it names, else the last that began before it.
    private mutating func turn(of event: AgentEvent, into made: inout AgentSpans) -> Int {
        var isPrompt = false
        if case .prompt = event.happening { isPrompt = true }
        let id = event.turnID ?? (isPrompt ? "at \(event.time.unixNanoseconds)" : nil)
        if let id, let index = turns.lastIndex(where: { $0.id == id }) { return index }
        if let id { return begin(id, event, isPrompt: isPrompt, into: &made) }
        if let index = turns.lastIndex(where: { $0.start <= event.time }) { return index }
        return turns.lastIndex { $0.id.isEmpty } ?? begin("", event, isPrompt: false, into: &made)
    }

    private mutating func begin(
        _ id: String, _ event: AgentEvent, isPrompt: Bool, into made: inout AgentSpans
    ) -> Int {
        let trace = AgentIDs.trace(agent, session: session, turn: id)
        let turn = Turn(
            id: id, key: SpanKey(traceID: trace, spanID: AgentIDs.span(trace: trace, kind: .agent)),
            promptTime: isPrompt ? event.time : nil, start: event.time, end: event.time)
        if turns.count >= Self.capacity {
            tellTurns(into: &made)
            weight -= Self.weight(of: turns.removeFirst())
        }
        weight += 512 + Self.weight(of: event.resource)
        let index = turns.lastIndex { $0.start <= turn.start }.map { $0 + 1 } ?? 0
        turns.insert(turn, at: index)
        return index
    }

    private static func weight(of turn: Turn) -> Int {
        512 + (turn.prompt?.utf8.count ?? 0) + (turn.answer?.text.utf8.count ?? 0) + weight(of: turn.resource)
    }

    private static func weight(of map: AttributeMap) -> Int {
        map.entries.reduce(0) { sum, entry in
            guard case .string(let text) = entry.value else { return sum + 64 + entry.name.utf8.count }
            return sum + 64 + entry.name.utf8.count + text.utf8.count
        }
    }

    private mutating func note(_ event: AgentEvent, start: Timestamp, in index: Int) {
        if case .prompt = event.happening { turns[index].promptTime = event.time }
        turns[index].start = turns[index].promptTime ?? min(turns[index].start, start)
        turns[index].end = max(turns[index].end, event.time)
        turns[index].resource = event.resource
        let customer = event.attributes.entries.filter { AgentSpan.customerNames.contains($0.name) }
        if !customer.isEmpty { turns[index].customer = AttributeMap(customer) }
    }

    /// When what an event tells of began: by its own duration; a call without one when its request was sent, at last when
    /// what came before it in the turn ended, for then the model was at work.
    private func start(of event: AgentEvent, in turn: Turn) -> Timestamp {
        if let duration = event.durationNanoseconds { return event.time.advanced(byNanoseconds: -duration) }
        guard case .call = event.happening else { return event.time }
        let previous = turn.lastCall.flatMap { $0.time < event.time ? $0.time : nil }
        let request = turn.requests.last {
            $0.time <= event.time && $0.time > previous ?? Timestamp(unixNanoseconds: .min)
        }
        return request?.start ?? min(turn.end, event.time)
    }

    // MARK: What is there already

    mutating func takeOwnCall(_ request: String, into made: inout AgentSpans) {
        if ownCalls.count >= Self.mostRequests { ownCalls = [] }
        weight += 64 + request.utf8.count
        guard ownCalls.insert(request).inserted, let call = madeCalls[request] else { return }
        made.add(AgentSpan.superseded(call.key, at: call.time, agent: agent, session: session))
    }

    mutating func restore(_ stored: StoredSpanPayload) {
        let span = stored.stored.span
        guard span.dialect == agent else { return }
        switch span.kind {
        case .agent:
            guard let turn = AgentSpan.turn(from: stored, agent: agent, session: session) else { return }
            let index = turns.lastIndex { $0.start <= turn.start }.map { $0 + 1 } ?? 0
            turns.insert(turn, at: index)
            weight += Self.weight(of: turn)
        case .llm:
            guard let request = span.responseID else { return }
            if turns.contains(where: { $0.key.traceID == span.key.traceID }) {
                madeCalls[request] = (span.key, span.end ?? span.start)
            } else {
                ownCalls.insert(request)
            }
        default: break
        }
    }
}
