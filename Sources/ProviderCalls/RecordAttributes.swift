package import OrderedJSON
import TraceModel

/// What a record says of a call beside its identity: `fallom.*` as the published SDKs send it (docs/wire.md §3), and the
/// figures under the names of the GenAI conventions, which every reader knows.
package struct RecordAttributes: Sendable {
    /// What a record's own fields say.
    package var members: [JSONMember]
    /// The model that answered, else the one asked for.
    package var model: String?
    package var isStreaming: Bool
    package var isError: Bool
    package var errorMessage: String?

    /// A call as a record shows it.
    package struct Source: Sendable {
        package var method: String
        package var model: String?
        package var provider: String?
        package var baseURL: String?
        package var isStreaming: Bool
        /// Nanoseconds.
        package var duration: Int64
        /// Nanoseconds.
        package var firstToken: Int64?

        package init(
            method: String, model: String?, provider: String?, baseURL: String?, isStreaming: Bool, duration: Int64,
            firstToken: Int64?
        ) {
            self.method = method
            self.model = model
            self.provider = provider
            self.baseURL = baseURL
            self.isStreaming = isStreaming
            self.duration = duration
            self.firstToken = firstToken
        }
    }

    /// How an error is told, by whoever knows it.
    package struct Note: Sendable {
        package var message: String
        package var type: String
        package var status: Int?
        package var isCancellation: Bool

        package init(message: String, type: String, status: Int? = nil, isCancellation: Bool = false) {
            self.message = message
            self.type = type
            self.status = status
            self.isCancellation = isCancellation
        }

        /// A provider's error; its words only where content is captured, because they may repeat the prompt.
        package init(_ failure: CallFailure, capturesContent: Bool) {
            self.init(
                message: capturesContent || failure.kind == .incomplete ? failure.description : failure.outline,
                type: "ProviderError", status: failure.status)
        }
    }

    /// - Parameter note: what is told of an error that the app saw.
    package init(
        _ source: Source, _ call: CapturedCall, _ ending: CallEnding, capturesContent: Bool,
        note: (any Error) -> Note
    ) {
        var source = source
        if let isStreaming = call.isStreaming { source.isStreaming = isStreaming }
        isStreaming = source.isStreaming
        model = call.responseModel ?? source.model ?? call.requestModel
        isError = false
        members = [
            JSONMember("fallom.sdk_version", .string("2")), JSONMember("fallom.method", .string(source.method)),
        ]
        source.provider = source.provider ?? call.answeredBy
        addSource(source)
        addEnding(ending, call, capturesContent, note)
        if capturesContent {
            add("fallom.raw.request", call.request?.withoutMedia)
            add("fallom.raw.response", call.response?.withoutMedia)
        }
        add("fallom.raw.usage", call.usage)
        if let first = source.firstToken {
            members.append(JSONMember("fallom.time_to_first_token_ms", .number(Self.milliseconds(first))))
        }
        add("fallom.raw.metadata", call.metadata)
        add("fallom.raw.timings", Self.timings(source, call, capturesContent))
        addFigures(source, call)
        members += call.attributes
    }

    private mutating func addSource(_ source: Source) {
        if source.isStreaming { members.append(JSONMember("fallom.is_streaming", .bool(true))) }
        if let provider = source.provider { members.append(JSONMember("fallom.provider", .string(provider))) }
        if let url = source.baseURL { members.append(JSONMember("fallom.base_url", .string(url))) }
    }

    private mutating func addEnding(
        _ ending: CallEnding, _ call: CapturedCall, _ capturesContent: Bool, _ note: (any Error) -> Note
    ) {
        switch ending {
        case .failed(let error): add(note(error))
        case .answered:
            let failure = call.failure ?? (call.isWhole == false ? .incomplete : nil)
            if let failure { add(Note(failure, capturesContent: capturesContent)) }
            if failure?.kind == .incomplete { members.append(JSONMember("fallom.incomplete", .bool(true))) }
        case .abandoned:
            if let failure = call.failure {
                add(Note(failure, capturesContent: capturesContent))
            } else if call.isWhole != true {
                members.append(JSONMember("fallom.abandoned", .bool(true)))
            }
        case .cancelled:
            isError = true
            errorMessage = "cancelled"
            members.append(JSONMember("fallom.cancelled", .bool(true)))
        }
    }

    private mutating func add(_ note: Note) {
        isError = true
        errorMessage = note.message
        members.append(JSONMember("error.type", .string(note.type)))
        if let status = note.status { members.append(JSONMember("http.response.status_code", .number(status))) }
        if note.isCancellation { members.append(JSONMember("fallom.cancelled", .bool(true))) }
    }

    /// What was read of the provider's own figures, by the rules of its API. None of it is content.
    private mutating func addFigures(_ source: Source, _ call: CapturedCall) {
        func add(_ name: String, _ value: JSONValue?) {
            if let value { members.append(JSONMember(name, value)) }
        }
        add("gen_ai.request.model", (source.model ?? call.requestModel).map(JSONValue.string))
        add("gen_ai.response.model", call.responseModel.map(JSONValue.string))
        add("gen_ai.response.id", call.responseID.map(JSONValue.string))
        add("gen_ai.response.finish_reasons", call.finishReason.map { .array([.string($0)]) })
        let tokens = call.tokens
        add("gen_ai.usage.input_tokens", tokens?.prompt.map { .number($0) })
        add("gen_ai.usage.output_tokens", tokens?.completion.map { .number($0) })
        add("gen_ai.usage.total_tokens", tokens?.total.map { .number($0) })
        add("gen_ai.usage.cache_read.input_tokens", tokens?.cached.map { .number($0) })
        add("gen_ai.usage.cache_creation.input_tokens", tokens?.cacheWrite.map { .number($0) })
        add("gen_ai.usage.reasoning_tokens", tokens?.reasoning.map { .number($0) })
        add("gen_ai.usage.cost", call.cost.map { .number($0) })
    }

    /// The published SDKs send these as JSON in a string.
    private mutating func add(_ name: String, _ json: JSONValue?) {
        guard let json else { return }
        members.append(JSONMember(name, .string(json.compactText)))
    }

    /// `fallom.raw.timings`, in milliseconds from the start (docs/normalisation.md §2.4).
    private static func timings(_ source: Source, _ call: CapturedCall, _ capturesContent: Bool) -> JSONValue {
        let total = JSONValue.number(milliseconds(source.duration))
        var members = [JSONMember("requestStart", 0)]
        if let first = source.firstToken {
            members.append(JSONMember("firstTokenTime", .number(milliseconds(first))))
        }
        if !source.isStreaming { members.append(JSONMember("requestEnd", total)) }
        members += [JSONMember("responseEnd", total), JSONMember("totalDurationMs", total)]
        if source.isStreaming { members.append(JSONMember("isStreaming", true)) }
        if let first = source.firstToken, !call.timings.contains(where: { $0.name == "phases" }) {
            members.append(JSONMember("phases", .array([firstTokenPhase(first)])))
        }
        // What the model wrote as a tool's name is content unless the app offered a tool of that name.
        let tools = call.toolCalls.filter { capturesContent || call.offeredTools.contains($0.name) }
        if !tools.isEmpty {
            let list = tools.map { tool -> JSONValue in
                ["id": tool.id.map(JSONValue.string) ?? .null, "name": .string(tool.name), "callTime": 0]
            }
            members.append(JSONMember("toolCalls", .array(list)))
        }
        return .object(members + call.timings)
    }

    private static func firstTokenPhase(_ first: Int64) -> JSONValue {
        let end = JSONValue.number(milliseconds(first))
        return [
            "type": "ttft", "label": "Time to First Token", "startMs": 0, "endMs": end, "durationMs": end,
            "accurate": true,
        ]
    }

    /// Milliseconds with at most three decimals: `57`, `57.125`.
    package static func milliseconds(_ nanoseconds: Int64) -> Double {
        Double((nanoseconds + 500) / 1000) / 1000
    }
}
