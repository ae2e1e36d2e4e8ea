import OrderedJSON
import ProviderCalls
import Synchronization

/// What is asked of a run: the same for every kind.
struct GenerationRequest: Sendable {
    var model: any LanguageModel
    var prompt: String?
    var system: String?
    var messages: [ModelMessage]
    var tools: [Tool] = []
    var maxSteps = 1
    var schema: NamedSchema?
    var temperature: Double?
    var maxTokens: Int?

    /// The first step's call.
    var call: ModelCall {
        var all = system.map { [ModelMessage.system($0)] } ?? []
        all += messages
        if let prompt { all.append(.user(prompt)) }
        return ModelCall(
            messages: all, tools: tools.map(\.definition), schema: schema, temperature: temperature,
            maxTokens: maxTokens)
    }

    /// `fallom.raw.request` in the AI SDK's shape: content.
    var json: JSONValue {
        var made = ObjectBuilder()
        made.add("prompt", prompt)
        made.add("system", system)
        if !messages.isEmpty { made.add("messages", .array(messages.map(\.json))) }
        made.add("model", model.modelID)
        if !tools.isEmpty { made.add("tools", .array(tools.map { .string($0.definition.name) })) }
        if maxSteps > 1 { made.add("maxSteps", .number(maxSteps)) }
        made.add("schema", schema?.schema)
        return made.object
    }

    /// Runs the tools of a reply, all at once; `nil` when the run ends with this reply.
    nonisolated(nonsending) func toolResults(
        for reply: ModelReply, step: Int, _ observer: any RunObserver
    ) async throws -> [ToolResult]? {
        guard !reply.toolCalls.isEmpty else { return nil }
        let known = Dictionary(tools.map { ($0.definition.name, $0) }) { $1 }
        var jobs: [(call: ToolCall, execute: @Sendable (JSONValue) async throws -> JSONValue)] = []
        for call in reply.toolCalls {
            guard let execute = known[call.name]?.execute else { return nil }
            jobs.append((call, execute))
        }
        return try await withThrowingTaskGroup(of: (Int, ToolResult).self) { group in
            for (index, job) in jobs.enumerated() {
                group.addTask {
                    guard let arguments = job.call.arguments else {
                        throw GenerationError.malformedArguments(tool: job.call.name)
                    }
                    observer.toolStarted(job.call, step: step)
                    let result = try await job.execute(arguments)
                    observer.toolEnded(job.call, step: step)
                    return (index, ToolResult(callID: job.call.id, name: job.call.name, result: result))
                }
            }
            var results: [(Int, ToolResult)] = []
            for try await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

/// Hears how a run goes.
protocol RunObserver: Sendable {
    func stepStarted(_ step: Int)
    func stepEnded(_ step: GenerationStep, number: Int)
    func toolStarted(_ call: ToolCall, step: Int)
    func toolEnded(_ call: ToolCall, step: Int)
    /// A piece of a step's answer came.
    func received(_ part: ModelPart, step: Int)
    /// A step's whole answer came.
    func replied(_ reply: ModelReply, step: Int)
    func ended(_ ending: CallEnding)
}

/// Hears nothing.
struct SilentObserver: RunObserver {
    func stepStarted(_ step: Int) {}
    func stepEnded(_ step: GenerationStep, number: Int) {}
    func toolStarted(_ call: ToolCall, step: Int) {}
    func toolEnded(_ call: ToolCall, step: Int) {}
    func received(_ part: ModelPart, step: Int) {}
    func replied(_ reply: ModelReply, step: Int) {}
    func ended(_ ending: CallEnding) {}
}

extension GenerationRequest {
    /// Runs to the end.
    nonisolated(nonsending) func run(_ observer: any RunObserver) async throws -> TextResult {
        var call = call
        var steps: [GenerationStep] = []
        while true {
            observer.stepStarted(steps.count)
            let reply = try await model.generate(call)
            observer.replied(reply, step: steps.count)
            let results =
                steps.count + 1 < maxSteps ? try await toolResults(for: reply, step: steps.count, observer) : nil
            let step = GenerationStep(reply: reply, toolResults: results ?? [])
            steps.append(step)
            observer.stepEnded(step, number: steps.count - 1)
            guard let results else { return TextResult(steps: steps) }
            call.messages.append(.assistant(reply.text, toolCalls: reply.toolCalls))
            call.messages.append(.tool(results))
        }
    }
}
