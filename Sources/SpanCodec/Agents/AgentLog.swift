import OrderedJSON
import TraceModel

/// Reads what coding agents log (facts: docs/wire.md, "Coding agents").
enum AgentLog {
    /// What a log record is to us.
    enum Reading {
        /// An event that becomes a span, or part of one.
        case event(AgentEvent)
        /// An agent's event that says nothing about a call, by its name.
        case passedOver(String)
        /// Not an agent's.
        case foreign
    }

    /// Reads a record of that resource and scope.
    static func read(_ record: OTLPLogs.Record, resource: AttributeMap, scope: String) -> Reading {
        let attributes = AgentAttributes(map: record.attributes)
        guard let (agent, name) = source(record, attributes, scope, resource) else { return .foreign }
        let reader = AgentEventReader(agent: agent, name: name, attributes: attributes)
        guard let happening = reader.happening(), let time = time(of: record, attributes) else {
            return .passedOver("\(agent.rawValue) \(name)")
        }
        let session =
            attributes.text("session.id", "conversation.id") ?? AgentAttributes(map: resource).text("session.id")
        guard let session else { return .passedOver("\(agent.rawValue) \(name) without a session") }
        return .event(
            AgentEvent(
                agent: agent, sessionID: session,
                turnID: attributes.text("prompt.id", "prompt_id", "turn.id", "turn_id"),
                id: reader.id, sequence: attributes.count("event.sequence").map(Int64.init), time: time,
                durationNanoseconds: attributes.milliseconds("duration_ms", "duration"), happening: happening,
                attributes: record.attributes, resource: resource, scope: scope))
    }

    /// Whose record it is, and its event's name without the agent's prefix.
    private static func source(
        _ record: OTLPLogs.Record, _ attributes: AgentAttributes, _ scope: String, _ resource: AttributeMap
    ) -> (SpanDialect, String)? {
        let body: String? = if case .string(let text) = record.body { text } else { nil }
        let names = [attributes.text("event.name"), record.event, body].compactMap { $0 }
        for (agent, prefix) in [
            (SpanDialect.claudeCode, "claude_code."), (.codex, "codex."), (.geminiCLI, "gemini_cli."),
        ] {
            if let name = names.first(where: { $0.hasPrefix(prefix) }) {
                return (agent, String(name.dropFirst(prefix.utf8.count)))
            }
        }
        // Claude Code writes the bare name into the attribute; what it is said by its scope or its service.
        let service = AgentAttributes(map: resource).text("service.name") ?? ""
        guard scope.hasPrefix("com.anthropic.claude_code") || service.hasPrefix("claude-code"), let name = names.first
        else { return nil }
        return (.claudeCode, name)
    }

    private static func time(of record: OTLPLogs.Record, _ attributes: AgentAttributes) -> Timestamp? {
        if record.time > 0 { return Timestamp(unixNanoseconds: Int64(clamping: record.time)) }
        if record.observed > 0 { return Timestamp(unixNanoseconds: Int64(clamping: record.observed)) }
        return attributes.text("event.timestamp").flatMap(ISO8601.parse)
    }
}
