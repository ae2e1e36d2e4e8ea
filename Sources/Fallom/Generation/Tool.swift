/// A tool that a run may call.
public struct Tool: Sendable {
    /// What the model sees.
    public var definition: ToolDefinition
    /// What it does; `nil` for a tool that the app runs itself after the answer.
    public var execute: (@Sendable (JSON) async throws -> JSON)?

    /// Makes a tool of a function over JSON.
    ///
    /// - Parameter isStrict: whether the provider is to hold the model to the schema, where it can (see ``NamedSchema``).
    public init(
        _ name: String, description: String = "", parameters: JSON = ["type": "object"], isStrict: Bool = false,
        execute: (@Sendable (JSON) async throws -> JSON)? = nil
    ) {
        definition = ToolDefinition(
            name: name, description: description, parameters: parameters, isStrict: isStrict)
        self.execute = execute
    }

    /// Makes a tool of a function over types of the app's. What they hold of dates is ISO 8601 in JSON.
    ///
    /// - Parameters:
    ///   - isStrict: whether the provider is to hold the model to the schema, where it can.
    ///   - decode: reads the arguments; `nil` for their `Decodable`.
    ///   - encode: writes the result; `nil` for its `Encodable`.
    public init<Arguments: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, description: String = "", parameters: JSON, arguments: Arguments.Type,
        isStrict: Bool = false, decode: (@Sendable (JSON) throws -> Arguments)? = nil,
        encode: (@Sendable (Result) throws -> JSON)? = nil,
        execute: @escaping @Sendable (Arguments) async throws -> Result
    ) {
        self.init(name, description: description, parameters: parameters, isStrict: isStrict) { json in
            let result = try await execute(decode?(json) ?? json.decoded())
            return try encode?(result) ?? (try? JSON(encoding: result)) ?? .null
        }
    }
}

/// What becomes of a tool that fails in a run.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum ToolErrorHandling: Hashable, Sendable {
    /// The model is told what went wrong, and may go on.
    case tellModel
    /// The run ends with a ``ToolError``.
    case throwError
}

/// A tool that failed, in a run that ends for it (``ToolErrorHandling/throwError``).
public struct ToolError: Error, Sendable, CustomStringConvertible {
    /// What the model asked for.
    public var call: ToolCall
    /// The run so far; the last step is the one that asked.
    public var steps: [GenerationStep]
    /// What went wrong.
    public var cause: any Error

    /// Makes an error.
    public init(call: ToolCall, steps: [GenerationStep], cause: any Error) {
        self.call = call
        self.steps = steps
        self.cause = cause
    }

    /// The tool and what went wrong.
    public var description: String { "the tool '\(call.name)' failed: \(cause)" }
}

/// What a model wrote in the place of an object.
public struct MalformedObject: Hashable, Sendable {
    /// What is wrong with it.
    public var reason: String
    /// The text as the model wrote it.
    public var text: String
    /// What stands at the answer's end: why the model stopped, tokens.
    public var end: ModelEnd

    /// Makes one.
    public init(reason: String, text: String, end: ModelEnd) {
        self.reason = reason
        self.text = text
        self.end = end
    }
}

/// Why a run, or a tool of it, cannot go on.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum GenerationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The model asked for a tool with arguments that are no JSON.
    case malformedArguments(tool: String)
    /// The model asked for a tool that it was not offered.
    case unknownTool(String)
    /// The model's answer does not follow the schema, or is no JSON.
    case malformedObject(MalformedObject)

    /// What happened.
    public var description: String {
        switch self {
        case .malformedArguments(let tool): "the model called '\(tool)' with arguments that are not JSON"
        case .unknownTool(let name): "there is no tool '\(name)'"
        case .malformedObject(let object): "the model's answer is not the object asked for: \(object.reason)"
        }
    }
}
