import Instrumentation
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
    var settings = ModelSettings()
    var toolErrors = ToolErrorHandling.tellModel

    /// The first step's call.
    var call: ModelCall {
        var all = system.map { [ModelMessage.system($0)] } ?? []
        all += messages
        if let prompt { all.append(.user(prompt)) }
        return ModelCall(messages: all, tools: tools.map(\.definition), schema: schema, settings: settings)
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
        made.add("schema", schema?.schema.value)
        return made.object.withoutMedia
    }

    /// Runs the tools of a reply, all at once; `nil` when the run ends with this reply: it asks for none, or for one that
    /// the app executes itself.
    nonisolated(nonsending) func toolResults(
        for reply: ModelReply, after steps: [GenerationStep], _ run: TracedRun?
    ) async throws -> [ToolResult]? {
        guard !reply.toolCalls.isEmpty else { return nil }
        let known = Dictionary(tools.map { ($0.definition.name, $0) }) { $1 }
        guard reply.toolCalls.allSatisfy({ known[$0.name].map { $0.execute != nil } ?? true }) else { return nil }
        let step = steps.count
        return try await withThrowingTaskGroup(of: (Int, ToolResult).self) { group in
            for (index, call) in reply.toolCalls.enumerated() {
                group.addTask {
                    run?.toolStarted(call, step: step)
                    defer { run?.toolEnded(call, step: step) }
                    return (index, try await result(of: call, known[call.name], reply, steps))
                }
            }
            var results: [(Int, ToolResult)] = []
            for try await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// What a tool gives; of one that fails what the model is told of it.
    private nonisolated(nonsending) func result(
        of call: ToolCall, _ tool: Tool?, _ reply: ModelReply, _ steps: [GenerationStep]
    ) async throws -> ToolResult {
        let fault: any Error
        let said: String
        do {
            guard let execute = tool?.execute else { throw GenerationError.unknownTool(call.name) }
            guard let arguments = call.arguments else { throw GenerationError.malformedArguments(tool: call.name) }
            return ToolResult(callID: call.id, name: call.name, result: try await execute(arguments))
        } catch let error as CancellationError {
            throw error
        } catch let error as GenerationError {
            let names = tools.map(\.definition.name).joined(separator: ", ")
            said = error == .unknownTool(call.name) ? "\(error); the tools are: \(names)" : "\(error)"
            fault = error
        } catch {
            said = JSONCoding.reason(error)
            fault = error
        }
        switch toolErrors {
        case .tellModel:
            return ToolResult(callID: call.id, name: call.name, result: ["error": .string(said)], isError: true)
        case .throwError:
            throw ToolError(call: call, steps: steps + [GenerationStep(reply: reply, toolResults: [])], cause: fault)
        }
    }
}

extension Optional<TracedRun> {
    /// Works inside the run's span, where it is traced.
    nonisolated(nonsending) func inSpan<Result>(
        _ operation: nonisolated(nonsending) () async throws -> Result
    ) async throws -> Result {
        guard let self else { return try await operation() }
        return try await self.place.run(operation)
    }

    /// Asks the model; the requests sent for it are tries of the run's call, where it is traced.
    nonisolated(nonsending) func calling<Answer>(
        _ operation: nonisolated(nonsending) () async throws -> Answer
    ) async throws -> Answer {
        guard let self else { return try await operation() }
        var place = ServiceContext.current?.fallomPlace ?? TaskPlace()
        place.call = self.call
        return try await place.run(operation)
    }
}

extension GenerationRequest {
    /// Runs to the end.
    nonisolated(nonsending) func run(_ run: TracedRun?) async throws -> TextResult {
        var call = call
        var steps: [GenerationStep] = []
        while true {
            run?.stepStarted(steps.count)
            let asked = call
            let reply = try await run.calling { try await model.generate(asked) }
            run?.replied(reply, step: steps.count)
            let results = try await toolResults(for: reply, after: steps, run)
            let step = GenerationStep(reply: reply, toolResults: results ?? [])
            steps.append(step)
            run?.stepEnded(step, number: steps.count - 1)
            guard let results, steps.count < maxSteps else { return TextResult(steps: steps) }
            call.messages.append(reply.message)
            call.messages.append(.tool(results))
        }
    }
}
