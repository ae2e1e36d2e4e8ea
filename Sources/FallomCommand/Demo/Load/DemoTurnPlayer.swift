import OrderedJSON
import SpanCodec
import TraceModel

/// Plays one session turn by turn: what the app's SDK would have sent, with times as they might have been.
struct DemoTurnPlayer {
    let session: DemoSession
    private var messages: [DemoMessage]
    private var generator: SeededGenerator
    private var records: [FallomRecord] = []
    private var trace = ""
    private var parent: String?
    private var clock = Timestamp(unixNanoseconds: 0)
    /// The tools' descriptions weigh in every prompt.
    private static let toolTokens = 620

    init(session: DemoSession, generator: SeededGenerator) {
        self.session = session
        self.generator = generator
        let system = session.system
        messages = system.isEmpty ? [] : [.system(system)]
    }

    /// Plays a turn that begins at `start`.
    ///
    /// - Returns: The finished records of the turn, the root first, and when it was over.
    mutating func play(_ turn: DemoTurn, at start: Timestamp) -> (records: [FallomRecord], end: Timestamp) {
        records = []
        trace = generator.hexadecimal(bytes: 16)
        parent = nil
        clock = start
        messages.append(.user(session.filled(turn.user)))
        guard turn.hasTools else {
            for step in turn.steps { play(step, tools: []) }
            return (records, clock)
        }
        var root = record(session.conversation.agent, kind: .agent, start: start)
        root.attributes += [
            JSONMember("fallom.span_type", .string("manual")),
            JSONMember("input", .string(session.filled(turn.user))),
        ]
        parent = root.spanID
        advance(median: 4)
        for step in turn.steps { play(step, tools: turn.tools) }
        advance(median: 3)
        finish(&root)
        if case .assistant(let answer) = messages.last {
            root.attributes.append(JSONMember("output", .string(answer)))
        }
        if case .lastFailure = turn.steps.last {
            root.isError = true
            root.errorMessage = records.last?.errorMessage
        }
        return ([root] + records, clock)
    }

    private mutating func play(_ step: DemoStep, tools: [String]) {
        switch step {
        case .retrieval(let query, let documents): retrieve(query, documents)
        case .tool(let name, let arguments, let result):
            callTool(name, session.filled(arguments), tools: tools, result: session.filled(result), error: nil)
        case .failingTool(let name, let arguments, let error):
            callTool(name, session.filled(arguments), tools: tools, result: "", error: error)
        case .answer(let brief, let thorough):
            let text = session.prompt?.wantsDetail == true ? thorough ?? brief : brief
            answer(session.filled(text), finish: "stop", tools: tools)
        case .object(let text): answer(session.filled(text), finish: "stop", tools: tools)
        case .filtered(let text): answer(session.filled(text), finish: "content_filter", tools: tools)
        case .cutOff(let text): answer(session.filled(text), finish: "length", tools: tools)
        case .failure(let status):
            fail(status, tools: tools)
            advance(median: 1400)
        case .lastFailure(let status): fail(status, tools: tools)
        }
    }

    private mutating func retrieve(_ query: String, _ documents: [DemoDocument]) {
        var span = record("rag.retrieve", kind: .retrieval, start: clock)
        advance(median: 210)
        let found = JSONValue.array(
            documents.map {
                .object(["id": .string($0.id), "score": .number($0.score), "text": .string($0.text)])
            })
        span.attributes += [
            JSONMember("fallom.span_type", .string("manual")),
            JSONMember("input", .object(["query": .string(query), "top_k": .number(documents.count)])),
            JSONMember("output", found),
        ]
        finish(&span)
        records.append(span)
        let sources = documents.map { "[\($0.id)] \($0.text)" }.joined(separator: "\n")
        messages.append(.user("Found in our documents:\n\(sources)"))
        advance(median: 3)
    }

    private mutating func callTool(_ name: String, _ arguments: String, tools: [String], result: String, error: String?)
    {
        let id = "call_" + generator.hexadecimal(bytes: 8)
        complete(.toolCall(id: id, name: name, arguments: arguments), finish: "tool_calls", tools: tools)
        messages.append(.toolCall(id: id, name: name, arguments: arguments))
        var span = record(name, kind: .tool, start: clock)
        advance(median: error == nil ? 130 : 4200)
        finish(&span)
        span.attributes += [
            JSONMember("fallom.span_type", .string("manual")),
            JSONMember("input", DemoResponse.parsed(arguments)),
        ]
        if let error {
            span.isError = true
            span.errorMessage = error
            messages.append(.toolResult(id: id, name: name, result: "error: \(error)"))
        } else {
            span.attributes.append(JSONMember("output", DemoResponse.parsed(result)))
            messages.append(.toolResult(id: id, name: name, result: result))
        }
        records.append(span)
        advance(median: 4)
    }

    private mutating func answer(_ text: String, finish: String, tools: [String]) {
        complete(.text(text), finish: finish, tools: tools)
        messages.append(.assistant(text))
    }

    /// One model call that succeeds.
    private mutating func complete(_ content: DemoResponse.Content, finish reason: String, tools: [String]) {
        let model = session.model
        var span = call(tools: tools)
        let written =
            switch content {
            case .text(let text): DemoMessage.tokens(in: text)
            case .toolCall(_, let name, let arguments): 12 + DemoMessage.tokens(in: name + arguments)
            }
        let reasoning = model.reasons ? 64 * Int.random(in: 3...12, using: &generator) : 0
        let prompt = messages.reduce(tools.isEmpty ? 9 : Self.toolTokens) { $0 + $1.tokens }
        let response = DemoResponse(
            model: model, id: responseID(), content: content, finish: reason, promptTokens: prompt,
            cachedTokens: prompt > 900 ? prompt / 128 * 128 * 3 / 4 : 0, completionTokens: written + reasoning,
            reasoningTokens: reasoning)
        let first = advance(median: model.firstToken)
        advance(median: Double(written) / model.speed * 1000, spread: 0.15)
        finish(&span)
        span.model = model.answeringName
        span.timeToFirstTokenMilliseconds = first.rounded()
        span.attributes += [
            JSONMember("fallom.raw.response", .string(response.json.compactText)),
            JSONMember("fallom.raw.usage", .string(response.usage.compactText)),
        ]
        records.append(span)
        advance(median: 3)
    }

    /// One model call that the provider refuses.
    private mutating func fail(_ status: Int, tools: [String]) {
        var span = call(tools: tools)
        advance(median: status == 503 ? 5200 : 190)
        finish(&span)
        span.isError = true
        span.errorMessage =
            switch status {
            case 429: "429 Rate limit reached for \(session.model.name). Try again in 1.4 s."
            case 503: "503 The model is overloaded. Please try again later."
            default: "\(status) The provider could not answer."
            }
        records.append(span)
    }

    /// The span of a model call with its request.
    private mutating func call(tools: [String]) -> FallomRecord {
        let model = session.model
        var span = record(model.provider.method, kind: .llm, start: clock)
        span.model = model.name
        span.isStreaming = true
        span.promptKey = session.prompt?.key
        span.promptVersion = session.prompt?.version
        span.promptABTestKey = session.prompt?.test
        span.promptVariantIndex = session.prompt?.variant
        let request = DemoRequest(model: model, messages: messages, tools: tools)
        span.attributes += [
            JSONMember("fallom.method", .string(model.provider.method)),
            JSONMember("fallom.provider", .string(model.provider.rawValue)),
            JSONMember("fallom.is_streaming", .bool(true)),
            JSONMember("fallom.raw.request", .string(request.json.compactText)),
        ]
        return span
    }

    private mutating func record(_ name: String, kind: SpanKind, start: Timestamp) -> FallomRecord {
        let context = JSONValue.object(session.person.context.map { JSONMember($0.name, .string($0.value)) })
        return FallomRecord(
            configKey: session.conversation.configKey, sessionID: session.id, customerID: session.person.customer,
            traceID: trace, spanID: generator.hexadecimal(bytes: 8), parentSpanID: parent, name: name, kind: kind,
            startTime: start,
            metadata: [
                JSONMember("plan", .string(session.person.plan)), JSONMember("region", .string(session.person.region)),
            ],
            tags: session.conversation.tags,
            attributes: [
                JSONMember("fallom.sdk_version", .string("2")),
                JSONMember("fallom.context", .string(context.compactText)),
            ])
    }

    private func finish(_ record: inout FallomRecord) {
        record.endTime = clock
        record.durationMilliseconds = Double(clock.nanoseconds(since: record.startTime) / 1_000_000)
    }

    private mutating func responseID() -> String {
        let digits = generator.hexadecimal(bytes: 12)
        return switch session.model.provider {
        case .openai: "chatcmpl-" + digits
        case .anthropic: "msg_" + digits
        case .google: "gen-" + digits
        }
    }

    /// Lets time pass; returns the milliseconds, whole ones as the records carry them.
    @discardableResult
    private mutating func advance(median milliseconds: Double, spread: Double = 0.4) -> Double {
        let passed = max(1, generator.skewed(median: milliseconds, spread: spread)).rounded()
        clock = clock.advanced(byNanoseconds: Int64(passed) * 1_000_000)
        return passed
    }
}

extension DemoTurn {
    /// Whether the app runs an agent for it.
    fileprivate var hasTools: Bool {
        steps.contains { step in
            switch step {
            case .retrieval, .tool, .failingTool: true
            default: false
            }
        }
    }

    /// The tools the model may call in it.
    fileprivate var tools: [String] {
        var names: [String] = []
        for step in steps {
            switch step {
            case .tool(let name, _, _), .failingTool(let name, _, _):
                if !names.contains(name) { names.append(name) }
            default: break
            }
        }
        return names
    }
}
