import LocalExport
import OrderedJSON
import ProviderCalls
import Synchronization

/// Turns a run into one record in the shape of the AI SDK's wrapper (docs/wire.md §3): its steps inside, their tokens
/// added up.
final class TracedRun: Sendable {
    private struct ToolSpan {
        var name: String
        var id: String
        var start: Int64
        var end: Int64?
    }

    private struct StepSpan {
        var start: Int64
        var end: Int64?
        /// What came of the answer, until the step is over.
        var reply = ModelReply.empty
        var step: GenerationStep?
        var tools: [ToolSpan] = []
        var modelEnd: Int64?
    }

    private let traced: TracedCall
    private let request: GenerationRequest
    private let steps = Mutex<[StepSpan]>([])
    private let method: String

    init(session: Session, method: String, request: GenerationRequest, isStreaming: Bool) {
        self.request = request
        self.method = method
        traced = TracedCall(
            session: session,
            TracedCall.Description(
                name: method, method: method, model: request.model.modelID, isStreaming: isStreaming,
                provider: request.model.knownProvider, baseURL: request.model.baseURL))
    }

    var place: SpanPlace { traced.place }
    /// The call that requests sent for the run are tries of.
    var call: TracedCall { traced }

    func stepStarted(_ step: Int) {
        let now = traced.elapsedNanoseconds
        steps.withLock { $0.append(StepSpan(start: now)) }
    }

    func stepEnded(_ step: GenerationStep, number: Int) {
        let now = traced.elapsedNanoseconds
        steps.withLock { steps in
            guard steps.indices.contains(number) else { return }
            steps[number].end = now
            steps[number].step = step
            if steps[number].modelEnd == nil { steps[number].modelEnd = now }
        }
    }

    func toolStarted(_ call: ToolCall, step: Int) {
        let now = traced.elapsedNanoseconds
        steps.withLock { steps in
            guard steps.indices.contains(step) else { return }
            if steps[step].modelEnd == nil { steps[step].modelEnd = now }
            steps[step].tools.append(ToolSpan(name: call.name, id: call.id, start: now))
        }
    }

    func toolEnded(_ call: ToolCall, step: Int) {
        let now = traced.elapsedNanoseconds
        steps.withLock { steps in
            guard steps.indices.contains(step) else { return }
            let place = steps[step].tools.lastIndex { $0.id == call.id && $0.name == call.name && $0.end == nil }
            if let place { steps[step].tools[place].end = now }
        }
    }

    /// A piece of a step's answer came.
    ///
    /// - Parameter arrived: when it came by the monotonic clock, where that is known.
    func received(_ part: ModelPart, step: Int, arrived: Int64?) {
        if part.hasContent { traced.noteFirstToken(atMonotonic: arrived) }
        steps.withLock { steps in
            if steps.indices.contains(step) { steps[step].reply.add(part) }
        }
    }

    /// A step's whole answer came.
    func replied(_ reply: ModelReply, step: Int) {
        let now = traced.elapsedNanoseconds
        steps.withLock { steps in
            guard steps.indices.contains(step) else { return }
            steps[step].reply = reply
            steps[step].modelEnd = now
        }
    }

    func ended(_ ending: CallEnding) {
        let steps = steps.withLock { $0 }
        traced.end(ending) { [request, method] in
            Self.capture(request, method, steps)
        } held: { [request] in
            request.json.heapBytes
        }
    }

    private static func capture(_ request: GenerationRequest, _ method: String, _ spans: [StepSpan]) -> CapturedCall {
        var captured = CapturedCall()
        captured.request = request.json
        captured.offeredTools = Set(request.tools.map(\.definition.name))
        // A run that ended in the middle of a step shows what came of it.
        let steps = spans.compactMap { span in
            span.step ?? (span.reply.isEmpty ? nil : GenerationStep(reply: span.reply, toolResults: []))
        }
        captured.timings = timings(spans, offered: captured.offeredTools)
        guard let last = steps.last else { return captured }
        let end = last.reply.end
        captured.responseModel = end.modelID
        captured.answeredBy = end.answeredBy
        var response = ObjectBuilder()
        if method.hasSuffix("Object"), let object = try? JSONValue(parsing: last.reply.text) {
            response.add("object", object)
        } else {
            response.add("text", last.reply.text)
        }
        response.add("finishReason", end.finishReason)
        response.add("responseId", end.responseID)
        response.add("modelId", end.modelID)
        response.add("toolCalls", .array(last.reply.toolCalls.map(\.json)))
        response.add("toolResults", .array(last.toolResults.map(\.json)))
        response.add("steps", .array(steps.enumerated().map { $1.json(isFirst: $0 == 0) }))
        captured.response = response.object
        let usage = steps.reduce(ModelUsage()) { $0 + $1.reply.end.usage }
        captured.usage = usage.json
        captured.tokens = usage.tokens
        captured.cost = usage.cost
        captured.responseID = end.responseID
        captured.finishReason = end.finishReason == "unknown" ? nil : end.finishReason
        var metadata = ObjectBuilder()
        metadata.add("finishReason", end.finishReason)
        metadata.add("responseId", end.responseID)
        metadata.add("modelId", end.modelID)
        metadata.add("usage", captured.usage)
        captured.metadata = metadata.object
        return captured
    }

    /// Where the time went: milliseconds from the start; tool names only where the app offered them.
    private static func timings(_ spans: [StepSpan], offered: Set<String>) -> [JSONMember] {
        var phases: [JSONValue] = []
        var tools: [JSONValue] = []
        var steps: [JSONValue] = []
        for (index, span) in spans.enumerated() {
            guard let modelEnd = span.modelEnd else { continue }
            let isLast = span.tools.isEmpty
            let label = isLast ? "Step \(index + 1): Final Response" : "LLM Call \(index + 1) (decides tools)"
            phases.append(phase(isLast ? "response" : "llm", label, span.start, modelEnd))
            for tool in span.tools where offered.contains(tool.name) {
                let end = tool.end ?? span.end ?? tool.start
                phases.append(phase("tool", tool.name + "()", tool.start, end))
                tools.append([
                    "name": .string(tool.name), "startTime": milliseconds(tool.start), "endTime": milliseconds(end),
                    "duration": milliseconds(end - tool.start),
                ])
            }
            guard let step = span.step else { continue }
            steps.append([
                "stepIndex": .number(index), "stepType": index == 0 ? "initial" : "tool-result",
                "finishReason": .string(step.reply.end.finishReason),
                "toolCalls": .array(
                    step.reply.toolCalls.filter { offered.contains($0.name) }.map {
                        ["id": .string($0.id), "name": .string($0.name)]
                    }),
                "usage": step.reply.end.usage.json,
            ])
        }
        return [
            JSONMember("phases", .array(phases)), JSONMember("toolTimings", .array(tools)),
            JSONMember("steps", .array(steps)),
        ]
    }

    private static func phase(_ type: String, _ label: String, _ start: Int64, _ end: Int64) -> JSONValue {
        [
            "type": .string(type), "label": .string(label), "startMs": milliseconds(start), "endMs": milliseconds(end),
            "durationMs": milliseconds(end - start), "accurate": true,
        ]
    }

    private static func milliseconds(_ nanoseconds: Int64) -> JSONValue {
        .number(RecordBuilder.milliseconds(nanoseconds))
    }
}
