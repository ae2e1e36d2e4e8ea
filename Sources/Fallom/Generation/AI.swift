import OrderedJSON
import ProviderCalls

/// Text and objects from any ``LanguageModel``, with tools and runs of several steps.
///
/// ``Session/wrapAISDK(_:)`` gives one whose runs are spans of a session.
public struct AI: Sendable {
    private let source: SessionSource?
    /// What becomes of a tool that fails.
    public var toolErrors: ToolErrorHandling

    /// Makes one that traces nothing.
    public init(toolErrors: ToolErrorHandling = .tellModel) { self.init(source: nil, toolErrors: toolErrors) }

    init(source: SessionSource?, toolErrors: ToolErrorHandling) {
        self.source = source
        self.toolErrors = toolErrors
    }

    /// The model that is asked: the one that the session is assigned, where a router is given. One that is traced already would
    /// make a second call of each.
    private nonisolated(nonsending) func asked(_ model: any ModelSource) async throws -> any LanguageModel {
        var asked = try await model.languageModel(for: source?.session)
        while source != nil, let traced = asked as? any WrappingModel { asked = traced.inner }
        return asked
    }

    /// Generates text. The tools that the model asks for are executed, where they can be, and the model is asked again with
    /// what they gave, up to `maxSteps` times.
    ///
    /// A tool that throws, arguments that are not as it wants them, and a tool that does not exist are told to the model,
    /// which may go on; with ``ToolErrorHandling/throwError`` they end the run.
    ///
    /// - Parameters:
    ///   - model: a model, or a ``ModelRouter``: the model that the session is assigned.
    ///   - prompt: a message of the user, after `messages`.
    ///   - system: instructions, before `messages`.
    ///   - temperature: in place of the settings'.
    ///   - maxTokens: in place of the settings'.
    /// - Throws: the model's errors, unchanged; ``ToolError`` where that is wished for; of a router what
    ///   ``ModelRouter/languageModel(for:)`` throws.
    public nonisolated(nonsending) func generateText(
        model: any ModelSource, prompt: String? = nil, system: String? = nil, messages: [ModelMessage] = [],
        tools: [Tool] = [], maxSteps: Int = 1, settings: ModelSettings = ModelSettings(), temperature: Double? = nil,
        maxTokens: Int? = nil
    ) async throws -> TextResult {
        let request = GenerationRequest(
            model: try await asked(model), prompt: prompt, system: system, messages: messages, tools: tools,
            maxSteps: maxSteps,
            settings: settings.with(temperature: temperature, maxTokens: maxTokens), toolErrors: toolErrors)
        return try await traced("generateText", request) { try await request.run($0) }
    }

    /// Streams text, tools and steps as in
    /// ``generateText(model:prompt:system:messages:tools:maxSteps:settings:temperature:maxTokens:)``.
    public nonisolated(nonsending) func streamText(
        model: any ModelSource, prompt: String? = nil, system: String? = nil, messages: [ModelMessage] = [],
        tools: [Tool] = [], maxSteps: Int = 1, settings: ModelSettings = ModelSettings(), temperature: Double? = nil,
        maxTokens: Int? = nil
    ) async throws -> TextStream {
        try await stream(
            "streamText",
            GenerationRequest(
                model: try await asked(model), prompt: prompt, system: system, messages: messages, tools: tools,
                maxSteps: maxSteps, settings: settings.with(temperature: temperature, maxTokens: maxTokens),
                toolErrors: toolErrors))
    }

    /// Generates an object of a type of the app's.
    ///
    /// - Parameters:
    ///   - schema: the JSON schema that the model is given.
    ///   - decode: reads the type from the answer; `nil` for its `Decodable`, dates in ISO 8601.
    /// - Throws: the model's errors, unchanged; ``GenerationError/malformedObject(_:)`` with what the model wrote.
    public nonisolated(nonsending) func generateObject<Object: Decodable & Sendable>(
        _ type: Object.Type, model: any ModelSource, prompt: String? = nil, system: String? = nil,
        messages: [ModelMessage] = [], schema: NamedSchema, settings: ModelSettings = ModelSettings(),
        temperature: Double? = nil, maxTokens: Int? = nil,
        decode: (@Sendable (JSON) throws -> Object)? = nil
    ) async throws -> ObjectResult<Object> {
        let request = GenerationRequest(
            model: try await asked(model), prompt: prompt, system: system, messages: messages, schema: schema,
            settings: settings.with(temperature: temperature, maxTokens: maxTokens))
        return try await traced("generateObject", request) { run in
            let result = try await request.run(run)
            let end = result.steps.last?.reply.end ?? ModelEnd(finishReason: "unknown")
            do {
                let json = try JSON(parsing: result.text)
                let object = try decode?(json) ?? json.decoded()
                return ObjectResult(object: object, json: json, end: end)
            } catch {
                throw GenerationError.malformedObject(
                    MalformedObject(reason: JSONCoding.reason(error), text: result.text, end: end))
            }
        }
    }

    /// Streams an object: what can be read of it as it grows.
    public nonisolated(nonsending) func streamObject(
        model: any ModelSource, prompt: String? = nil, system: String? = nil, messages: [ModelMessage] = [],
        schema: NamedSchema, settings: ModelSettings = ModelSettings(), temperature: Double? = nil,
        maxTokens: Int? = nil
    ) async throws -> ObjectStream {
        ObjectStream(
            base: try await stream(
                "streamObject",
                GenerationRequest(
                    model: try await asked(model), prompt: prompt, system: system, messages: messages, schema: schema,
                    settings: settings.with(temperature: temperature, maxTokens: maxTokens))))
    }

    private nonisolated(nonsending) func stream(
        _ method: String, _ request: GenerationRequest
    ) async throws -> TextStream {
        let run = source.map { TracedRun(session: $0.session, method: method, request: request, isStreaming: true) }
        run?.stepStarted(0)
        do {
            let first = try await run.inSpan { try await run.calling { try await request.model.stream(request.call) } }
            return TextStream(request: request, first: first, run: run)
        } catch {
            run?.ended(.failed(error))
            throw error
        }
    }

    private nonisolated(nonsending) func traced<Result>(
        _ method: String, _ request: GenerationRequest,
        _ operation: nonisolated(nonsending) (TracedRun?) async throws -> Result
    ) async throws -> Result {
        let run = source.map { TracedRun(session: $0.session, method: method, request: request, isStreaming: false) }
        do {
            let result = try await run.inSpan { try await operation(run) }
            run?.ended(.answered)
            return result
        } catch {
            run?.ended(.failed(error))
            throw error
        }
    }
}

extension Session {
    /// Runs whose text, objects, tools and steps are one span each of this session.
    public func wrapAISDK(_ ai: AI = AI()) -> AI { AI(source: .fixed(self), toolErrors: ai.toolErrors) }
}
