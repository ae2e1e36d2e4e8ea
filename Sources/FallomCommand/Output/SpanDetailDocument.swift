import OrderedJSON
import TraceModel

/// A span with its messages, attributes, events, links and phases as one JSON object of `fallom span --json`.
struct SpanDetailDocument {
    let span: SpanDocument
    let detail: SpanDetail

    /// The object: the members of `fallom spans --json`, then the rest.
    var json: JSONValue {
        .object(
            span.members + [
                JSONMember("input", content(detail.input)),
                JSONMember("output", content(detail.output)),
                JSONMember("attributes", .attributes(detail.attributes)),
                JSONMember("resource", .attributes(detail.resource)),
                JSONMember("scope", .text(detail.scope)),
                JSONMember("events", .array(detail.events.map(event))),
                JSONMember("links", .array(detail.links.map(link))),
                JSONMember("phases", .array(detail.phases.map(phase))),
            ])
    }

    private func content(_ content: CapturedContent) -> JSONValue {
        switch content {
        case .notCaptured: .null
        case .value(let text): .object([JSONMember("value", .string(text))])
        case .messages(let messages): .object([JSONMember("messages", .array(messages.map(message)))])
        }
    }

    private func message(_ message: Message) -> JSONValue {
        var members = [JSONMember("role", .string(message.role))]
        if let name = message.name { members.append(JSONMember("name", .string(name))) }
        members.append(
            JSONMember(
                "parts",
                .array(message.parts.map { $0.json { ["type": .string($0), "json": .string($1)] } })))
        return .object(members)
    }

    private func event(_ event: SpanDetail.Event) -> JSONValue {
        .object([
            "name": .string(event.name),
            "time_unix_nano": .text(event.time.map { String($0.unixNanoseconds) }),
            "attributes": .attributes(event.attributes),
        ])
    }

    private func link(_ link: SpanDetail.Link) -> JSONValue {
        .object([
            "trace_id": .string(link.traceID), "span_id": .string(link.spanID),
            "attributes": .attributes(link.attributes),
        ])
    }

    private func phase(_ phase: SpanDetail.Phase) -> JSONValue {
        .object([
            "type": .string(phase.type), "label": .string(phase.label),
            "start_ms": .milliseconds(phase.startNanoseconds), "end_ms": .milliseconds(phase.endNanoseconds),
        ])
    }
}
