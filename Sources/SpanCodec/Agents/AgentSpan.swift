import OrderedJSON
import TraceModel

/// A span made of an agent's events, written as OTLP JSON with the names of the GenAI conventions, so that it is read,
/// masked, kept and exported like any other.
struct AgentSpan {
    var key: SpanKey
    var agent: SpanDialect
    var parent: String?
    var name: String
    var start: Timestamp
    var end: Timestamp
    var attributes: [AttributeMap.Entry]
    var resource: AttributeMap
    /// `nil` leaves the status unset; an empty text is success.
    var error: String?

    /// Names under which agents say who the user is, the first that is there counts (see ``turn(_:session:)``).
    static let customerNames = ["user.id", "user.account_id", "user.account_uuid", "enduser.id"]

    /// The attribute that keeps a turn's id.
    private static let turnName = "fallom.agent.turn"

    // MARK: Turn, call, tool

    static func turn(_ turn: AgentSession.Turn, session: AgentSession) -> AgentSpan {
        var entries: [AttributeMap.Entry] = [
            .init("gen_ai.operation.name", .string("invoke_agent")),
            .init("gen_ai.agent.name", .string(session.agent.rawValue)), .init(turnName, .string(turn.id)),
        ]
        if let prompt = turn.prompt { entries.append(.init("gen_ai.input.messages", messages("user", prompt))) }
        if let answer = turn.answer {
            entries.append(.init("gen_ai.output.messages", messages("assistant", answer.text)))
        }
        entries += identity(session.session, turn.customer)
        return AgentSpan(
            key: turn.key, agent: session.agent, name: "invoke_agent \(session.agent.rawValue)", start: turn.start,
            end: turn.end, attributes: entries, resource: turn.resource)
    }

    static func call(
        _ call: AgentEvent.Call, _ event: AgentEvent, key: SpanKey, parent: String, start: Timestamp
    ) -> AgentSpan {
        var entries: [AttributeMap.Entry] = [
            .init("gen_ai.operation.name", .string("chat")),
            .init("gen_ai.provider.name", .string(event.agent.provider)),
        ]
        func add(_ name: String, _ count: Int?) {
            if let count { entries.append(.init(name, .int(Int64(count)))) }
        }
        let isAnswered = call.error == nil
        if let model = call.model {
            entries.append(.init("gen_ai.request.model", .string(model)))
            if isAnswered { entries.append(.init("gen_ai.response.model", .string(model))) }
        }
        if let id = event.id { entries.append(.init("gen_ai.response.id", .string(id))) }
        add("gen_ai.usage.input_tokens", call.usage.prompt)
        add("gen_ai.usage.output_tokens", call.usage.completion)
        add("gen_ai.usage.cache_read.input_tokens", call.usage.cached)
        add("gen_ai.usage.cache_creation.input_tokens", call.usage.cacheWrite)
        add("gen_ai.usage.reasoning.output_tokens", call.usage.reasoning)
        if let cost = call.cost { entries.append(.init("gen_ai.usage.cost", .double(cost.dollars))) }
        if let reason = call.finishReason {
            entries.append(.init("gen_ai.response.finish_reasons", .array([.string(reason)])))
        }
        if let output = call.output {
            entries.append(.init("gen_ai.output.messages", messages("assistant", output)))
        }
        return AgentSpan(
            event, key: key, parent: parent, name: "chat \(call.model ?? event.agent.rawValue)", start: start,
            entries: entries, error: call.error ?? "")
    }

    static func tool(
        _ tool: AgentEvent.Tool, _ event: AgentEvent, key: SpanKey, parent: String, start: Timestamp
    ) -> AgentSpan {
        var entries: [AttributeMap.Entry] = [
            .init("gen_ai.operation.name", .string("execute_tool")), .init("gen_ai.tool.name", .string(tool.name)),
        ]
        if let id = event.id { entries.append(.init("gen_ai.tool.call.id", .string(id))) }
        if let input = tool.input { entries.append(.init("gen_ai.tool.call.arguments", .string(input))) }
        if let output = tool.output ?? tool.error {
            entries.append(.init("gen_ai.tool.call.result", .string(output)))
        }
        return AgentSpan(
            event, key: key, parent: parent, name: tool.name, start: start, entries: entries, error: tool.error ?? "")
    }

    /// What stands in the place of a call that the agent's own span tells of: it has no kind and no figures.
    static func superseded(_ key: SpanKey, at time: Timestamp, agent: SpanDialect, session: String) -> AgentSpan {
        AgentSpan(
            key: key, agent: agent, parent: AgentIDs.span(trace: key.traceID, kind: .agent),
            name: "told by a span of its own", start: time, end: time,
            attributes: identity(session, AttributeMap()), resource: AttributeMap())
    }

    /// The answer that came apart from its call.
    static func answer(_ text: String, of key: SpanKey, at time: Timestamp) -> IngestedContent {
        var record = OTLPLogs.Record(trace: key.traceID, span: key.spanID, event: "gen_ai.choice")
        record.time = UInt64(clamping: time.unixNanoseconds)
        let message = AttributeMap([.init("role", .string("assistant")), .init("content", .string(text))])
        record.body = .map(AttributeMap([.init("index", .int(0)), .init("message", .map(message))]))
        return record.content ?? IngestedContent(key: key, time: time, eventName: "gen_ai.choice", payload: [])
    }
}

extension AgentSpan {
    private init(
        _ event: AgentEvent, key: SpanKey, parent: String, name: String, start: Timestamp,
        entries: [AttributeMap.Entry], error: String?
    ) {
        let names = Set(entries.map(\.name))
        let own = event.attributes.entries.filter { !names.contains($0.name) && $0.name != "session.id" }
        let customer = AttributeMap(event.attributes.entries.filter { Self.customerNames.contains($0.name) })
        self.init(
            key: key, agent: event.agent, parent: parent, name: name, start: start, end: event.time,
            attributes: entries + Self.identity(event.sessionID, customer)
                + own.filter { !Self.customerNames.contains($0.name) },
            resource: event.resource, error: error)
    }

    private static func identity(_ session: String, _ customer: AttributeMap) -> [AttributeMap.Entry] {
        var entries: [AttributeMap.Entry] = [.init("session.id", .string(session))]
        let name = customerNames.first { customer[$0] != nil }
        if let name, let value = customer[name] { entries.append(.init("user.id", value)) }
        return entries
    }

    private static func messages(_ role: String, _ text: String) -> AttributeValue {
        let part = JSONValue.object(["type": .string("text"), "content": .string(text)])
        let message = JSONValue.object(["role": .string(role), "parts": .array([part])])
        return .string(String(decoding: JSONValue.array([message]).compactBytes, as: UTF8.self))
    }

    // MARK: Bytes

    /// The span as it would have come over the wire.
    func ingested() -> IngestedSpan? {
        let batch = try? SpanDecoder().decodeTraces(request.compactBytes, encoding: .json)
        return batch?.spans.first
    }

    private var request: JSONValue {
        let scopeSpans = JSONValue.object(["scope": .object(["name": .string(agent.scope)]), "spans": .array([span])])
        let resource = JSONValue.object(["attributes": AttributeReader.otlpKeyValues(resource)])
        return .object([
            "resourceSpans": .array([.object(["resource": resource, "scopeSpans": .array([scopeSpans])])])
        ])
    }

    private var span: JSONValue {
        var members = [
            JSONMember("traceId", .string(key.traceID)), JSONMember("spanId", .string(key.spanID)),
            JSONMember("name", .string(name)), JSONMember("kind", .number(1)),
            JSONMember("startTimeUnixNano", .string(String(max(0, start.unixNanoseconds)))),
            JSONMember("endTimeUnixNano", .string(String(max(0, end.unixNanoseconds)))),
            JSONMember("attributes", AttributeReader.otlpKeyValues(AttributeMap(attributes))),
        ]
        if let parent { members.append(JSONMember("parentSpanId", .string(parent))) }
        if let error {
            let status: KeyValuePairs<String, JSONValue> =
                error.isEmpty ? ["code": .number(1)] : ["code": .number(2), "message": .string(error)]
            members.append(JSONMember("status", .object(status)))
        }
        return .object(members)
    }

    // MARK: Back

    /// The turn that such a span was made of; `nil` for an agent's span of another origin.
    static func turn(
        from stored: StoredSpanPayload, agent: SpanDialect, session: String
    ) -> AgentSession.Turn? {
        let decoder = PayloadDecoder()
        guard let detail = try? decoder.detail(of: stored.payload),
            case .string(let id)? = detail.attributes[turnName]
        else { return nil }
        let span = stored.stored.span
        let end = span.end ?? span.start
        let texts = SpanTexts(detail)
        var turn = AgentSession.Turn(id: id, key: span.key, start: span.start, end: end)
        turn.promptTime = texts.input == nil ? nil : span.start
        turn.prompt = texts.input
        turn.answer = texts.output.map { ($0, end) }
        turn.resource = detail.resource
        if let customer = detail.attributes["user.id"] { turn.customer = AttributeMap([.init("user.id", customer)]) }
        return turn
    }
}

extension SpanDialect {
    /// The provider an agent calls.
    fileprivate var provider: String {
        switch self {
        case .claudeCode: "anthropic"
        case .codex: "openai"
        default: "gcp.gemini"
        }
    }

    /// The scope under which a span made of its events stands.
    fileprivate var scope: String {
        switch self {
        case .claudeCode: "com.anthropic.claude_code.events"
        default: rawValue
        }
    }
}
