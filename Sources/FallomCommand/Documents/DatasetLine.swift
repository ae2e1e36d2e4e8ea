import Experiments
import OrderedJSON
import TraceModel

/// A call as a line of a dataset.
struct DatasetLine: Sendable {
    let loaded: LoadedSpan
    let redactor: Redactor

    /// As OpenAI's fine-tuning and evals take it: `{"messages": [...], "tools": [...]}`, the answer last. `nil` for a call that
    /// says nothing, or was not answered.
    var openAI: JSONValue? {
        guard let answer, let request = try? RecordedRequest(loaded),
            let prepared = try? request.prepared(
                CallVariant(), as: .openAI, before: nil, following: answer)
        else { return nil }
        let members = (prepared.body.object ?? []).filter { $0.name == "messages" || $0.name == "tools" }
        return redactor.json(.object(members))
    }

    /// What went in and what came out, message by message, with where it is from.
    var messages: JSONValue? {
        guard let answer, case .messages(let input) = loaded.detail.input else { return nil }
        let span = loaded.stored.span
        let members: [JSONMember] = [
            JSONMember("trace_id", .string(span.key.traceID)), JSONMember("span_id", .string(span.key.spanID)),
            JSONMember("session_id", .string(loaded.stored.sessionID)), JSONMember("model", .text(span.model)),
            JSONMember("prompt_key", .text(span.promptKey)), JSONMember("prompt_version", .text(span.promptVersion)),
            JSONMember("input", .array(input.map(Self.json))), JSONMember("output", .array(answer.map(Self.json))),
        ]
        return redactor.json(.object(members))
    }

    private var answer: [Message]? {
        guard loaded.stored.isCall, loaded.stored.span.status != .error else { return nil }
        switch loaded.detail.output {
        case .notCaptured: return nil
        case .messages(let messages): return messages.isEmpty ? nil : messages
        case .value(let text): return [Message(role: "assistant", parts: [.text(text)])]
        }
    }

    private static func json(_ message: Message) -> JSONValue {
        var members = [JSONMember("role", .string(message.role))]
        if let name = message.name { members.append(JSONMember("name", .string(name))) }
        if message.parts.count == 1, case .text(let text) = message.parts[0] {
            members.append(JSONMember("content", .string(text)))
        } else {
            members.append(
                JSONMember(
                    "content",
                    .array(
                        message.parts.map {
                            $0.json { ["type": "other", "kind": .string($0), "value": .string($1)] }
                        })))
        }
        return .object(members)
    }
}

extension MessagePart {
    /// As documents tell it, but for a kind that is none of these.
    func json(other: (_ type: String, _ json: String) -> JSONValue) -> JSONValue {
        switch self {
        case .text(let text): ["type": "text", "text": .string(text)]
        case .reasoning(let text): ["type": "reasoning", "text": .string(text)]
        case .toolCall(let id, let name, let arguments):
            ["type": "tool_call", "id": .text(id), "name": .string(name), "arguments": .string(arguments)]
        case .toolResult(let id, let name, let result):
            ["type": "tool_result", "id": .text(id), "name": .text(name), "result": .string(result)]
        case .media(let kind, let summary):
            ["type": "media", "kind": .string(kind), "summary": .string(summary)]
        case .other(let type, let json): other(type, json)
        }
    }
}
