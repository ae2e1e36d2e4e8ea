public import OrderedJSON

/// A tool that a run may call.
public struct Tool: Sendable {
    /// What the model sees.
    public var definition: ToolDefinition
    /// What it does; `nil` for a tool that the app runs itself after the answer.
    public var execute: (@Sendable (JSONValue) async throws -> JSONValue)?

    /// Makes a tool of a function over JSON.
    public init(
        _ name: String, description: String = "", parameters: JSONValue = ["type": "object"],
        execute: (@Sendable (JSONValue) async throws -> JSONValue)? = nil
    ) {
        definition = ToolDefinition(name: name, description: description, parameters: parameters)
        self.execute = execute
    }

    /// Makes a tool of a function over types of the app's.
    public init<Arguments: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, description: String = "", parameters: JSONValue,
        arguments: Arguments.Type, execute: @escaping @Sendable (Arguments) async throws -> Result
    ) {
        self.init(name, description: description, parameters: parameters) { json in
            let result = try await execute(JSONCoding.value(Arguments.self, from: json))
            return JSONCoding.json(of: result) ?? .null
        }
    }
}

/// Why a run cannot go on.
public enum GenerationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The model asked for a tool with arguments that are no JSON.
    case malformedArguments(tool: String)
    /// The model's answer does not follow the schema, or is no JSON.
    case malformedObject(String)

    /// What happened.
    public var description: String {
        switch self {
        case .malformedArguments(let tool): "the model called '\(tool)' with arguments that are not JSON"
        case .malformedObject(let reason): "the model's answer is not the object asked for: \(reason)"
        }
    }
}
