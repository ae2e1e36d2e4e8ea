import OrderedJSON
import SpanCodec
import TraceModel

/// Makes a call's record. Runs on the pipeline's queue.
struct RecordBuilder: Sendable {
    var session: Session
    var description: TracedCall.Description
    var context: SpanContext
    var lineage: Lineage
    var prompt: PromptTag?
    var promptMark: Int
    var start: Timestamp
    var duration: Int64
    var firstToken: Int64?
    var ending: CallEnding

    /// Whether there is room for content, where the policy allows it.
    var keepsContent = true

    private var policy: ContentPolicy { keepsContent ? session.core.policy : ContentPolicy(capturesContent: false) }

    func record(_ call: CapturedCall, keepsContent: Bool) -> FallomRecord {
        var builder = self
        builder.keepsContent = keepsContent
        if let isStreaming = call.isStreaming { builder.description.isStreaming = isStreaming }
        return builder.made(call)
    }

    private func made(_ call: CapturedCall) -> FallomRecord {
        var record = session.context.record(
            context, parentID: lineage.parentID, name: description.name, kind: description.kind, start: start)
        record.model = call.responseModel ?? description.model ?? call.requestModel
        record.endTime = start.advanced(byNanoseconds: duration)
        record.durationMilliseconds = Self.milliseconds(duration)
        if description.isStreaming { record.isStreaming = true }
        record.timeToFirstTokenMilliseconds = firstToken.map(Self.milliseconds)
        record.take(prompt ?? promptInText(call))
        var attributes = [
            JSONMember("fallom.sdk_version", .string("2")), JSONMember("fallom.method", .string(description.method)),
        ]
        addSource(to: &attributes)
        addEnding(to: &record, &attributes)
        if policy.capturesContent {
            add("fallom.raw.request", call.request, to: &attributes)
            add("fallom.raw.response", call.response, to: &attributes)
        }
        add("fallom.raw.usage", call.usage, to: &attributes)
        if let firstToken {
            attributes.append(JSONMember("fallom.time_to_first_token_ms", .number(Self.milliseconds(firstToken))))
        }
        add("fallom.raw.metadata", call.metadata, to: &attributes)
        add("fallom.raw.timings", timings(call), to: &attributes)
        attributes += call.attributes
        if let link = lineage.link { attributes.append(SpanNotes.links([.init(span: link)])) }
        if let context = session.core.contextAttribute(sessionID: session.context.sessionID) {
            attributes.append(context)
        }
        record.attributes = attributes
        return record
    }

    private func promptInText(_ call: CapturedCall) -> PromptTag? {
        session.core.promptMemory.prompt(
            in: call.request, sessionID: session.context.sessionID, before: promptMark)
    }

    private func addSource(to attributes: inout [JSONMember]) {
        if description.isStreaming { attributes.append(JSONMember("fallom.is_streaming", .bool(true))) }
        if let provider = description.provider { attributes.append(JSONMember("fallom.provider", .string(provider))) }
        if let url = description.baseURL { attributes.append(JSONMember("fallom.base_url", .string(url))) }
    }

    private func addEnding(to record: inout FallomRecord, _ attributes: inout [JSONMember]) {
        switch ending {
        case .answered: break
        case .failed(let error):
            let note = FailureNote(error)
            record.isError = true
            record.errorMessage = note.message(policy)
            attributes.append(JSONMember("error.type", .string(note.typeName)))
            if let status = note.status {
                attributes.append(JSONMember("http.response.status_code", .number(status)))
            }
            if note.isCancellation { attributes.append(JSONMember("fallom.cancelled", .bool(true))) }
        case .abandoned: attributes.append(JSONMember("fallom.abandoned", .bool(true)))
        case .cancelled:
            record.isError = true
            record.errorMessage = "cancelled"
            attributes.append(JSONMember("fallom.cancelled", .bool(true)))
        }
    }

    /// `fallom.raw.timings`, in milliseconds from the start (conventions §2.4).
    private func timings(_ call: CapturedCall) -> JSONValue {
        let total = JSONValue.number(Self.milliseconds(duration))
        var members = [JSONMember("requestStart", 0)]
        if let firstToken { members.append(JSONMember("firstTokenTime", .number(Self.milliseconds(firstToken)))) }
        if !description.isStreaming { members.append(JSONMember("requestEnd", total)) }
        members += [JSONMember("responseEnd", total), JSONMember("totalDurationMs", total)]
        if description.isStreaming { members.append(JSONMember("isStreaming", true)) }
        if !call.timings.contains(where: { $0.name == "phases" }), let phase = firstTokenPhase {
            members.append(JSONMember("phases", .array([phase])))
        }
        // What the model wrote as a tool's name is content unless the app offered a tool of that name.
        let tools = call.toolCalls.filter { policy.capturesContent || call.offeredTools.contains($0.name) }
        if !tools.isEmpty {
            members.append(
                JSONMember(
                    "toolCalls",
                    .array(
                        tools.map { tool in
                            .object([
                                "id": tool.id.map(JSONValue.string) ?? .null, "name": .string(tool.name),
                                "callTime": 0,
                            ])
                        })))
        }
        return .object(members + call.timings)
    }

    private var firstTokenPhase: JSONValue? {
        guard let firstToken else { return nil }
        let end = JSONValue.number(Self.milliseconds(firstToken))
        return .object([
            "type": "ttft", "label": "Time to First Token", "startMs": 0, "endMs": end, "durationMs": end,
            "accurate": true,
        ])
    }

    /// The published SDKs send these as JSON in a string.
    private func add(_ name: String, _ json: JSONValue?, to attributes: inout [JSONMember]) {
        guard let json else { return }
        attributes.append(JSONMember(name, .string(json.compactText)))
    }

    /// Milliseconds with at most three decimals: `57`, `57.125`.
    static func milliseconds(_ nanoseconds: Int64) -> Double {
        Double((nanoseconds + 500) / 1000) / 1000
    }
}

extension FallomRecord {
    mutating func take(_ tag: PromptTag?) {
        guard let tag else { return }
        promptKey = tag.key
        promptVersion = tag.version
        promptABTestKey = tag.abTestKey
        promptVariantIndex = tag.variantIndex
    }
}
