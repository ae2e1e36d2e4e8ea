#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A type that says the JSON schema of its values, so that a tool or an object needs no schema beside it.
///
/// `@Schema` of the product `FallomSchema` writes it; by hand it is a list of properties:
///
/// ```swift
/// extension City: JSONSchemaProviding {
///     static var jsonSchema: JSON {
///         .objectSchema([SchemaProperty("name", String.self, "as the post office spells it")])
///     }
/// }
/// ```
public protocol JSONSchemaProviding {
    /// The schema.
    static var jsonSchema: JSON { get }
    /// Whether a property of this type has to be there.
    static var isRequiredInSchema: Bool { get }
}

extension JSONSchemaProviding {
    /// It has to.
    public static var isRequiredInSchema: Bool { true }
}

/// A property of an object in a JSON schema.
public struct SchemaProperty: Hashable, Sendable {
    /// Its name in JSON.
    public var name: String
    /// Its schema, with what it is for.
    public var schema: JSON
    /// Whether it has to be there.
    public var isRequired: Bool

    /// Makes a property of a type that says its schema.
    ///
    /// - Parameters:
    ///   - type: the type of its values; of an optional one the property may be missing.
    ///   - description: what it is for, as the model is told.
    public init(_ name: String, _ type: any JSONSchemaProviding.Type, _ description: String? = nil) {
        self.init(name, schema: type.jsonSchema, description, isRequired: type.isRequiredInSchema)
    }

    /// Makes a property of any schema.
    public init(_ name: String, schema: JSON, _ description: String? = nil, isRequired: Bool = true) {
        self.name = name
        self.schema = description.map { schema.setting("description", .string($0)) } ?? schema
        self.isRequired = isRequired
    }
}

extension JSON {
    /// The schema of an object: with these properties and no others.
    public static func objectSchema(_ properties: [SchemaProperty], description: String? = nil) -> JSON {
        var schema: JSON = [
            "type": "object", "properties": .object(properties.map { JSON.Member($0.name, $0.schema) }),
            "required": properties.filter(\.isRequired).map(\.name).json, "additionalProperties": false,
        ]
        if let description { schema = schema.setting("description", .string(description)) }
        return schema
    }

    /// The schema of a text that is one of these.
    public static func enumSchema(_ values: [String], description: String? = nil) -> JSON {
        let schema: JSON = ["type": "string", "enum": values.json]
        return description.map { schema.setting("description", .string($0)) } ?? schema
    }
}

extension String: JSONSchemaProviding {
    /// A text.
    public static var jsonSchema: JSON { ["type": "string"] }
}

extension Bool: JSONSchemaProviding {
    /// True or false.
    public static var jsonSchema: JSON { ["type": "boolean"] }
}

extension Int: JSONSchemaProviding {
    /// A whole number.
    public static var jsonSchema: JSON { ["type": "integer"] }
}

extension Double: JSONSchemaProviding {
    /// A number.
    public static var jsonSchema: JSON { ["type": "number"] }
}

extension Float: JSONSchemaProviding {
    /// A number.
    public static var jsonSchema: JSON { ["type": "number"] }
}

extension Date: JSONSchemaProviding {
    /// A text in ISO 8601.
    public static var jsonSchema: JSON { ["type": "string", "format": "date-time"] }
}

extension URL: JSONSchemaProviding {
    /// An address.
    public static var jsonSchema: JSON { ["type": "string", "format": "uri"] }
}

extension UUID: JSONSchemaProviding {
    /// A UUID.
    public static var jsonSchema: JSON { ["type": "string", "format": "uuid"] }
}

extension Array: JSONSchemaProviding where Element: JSONSchemaProviding {
    /// A list.
    public static var jsonSchema: JSON { ["type": "array", "items": Element.jsonSchema] }
}

extension Dictionary: JSONSchemaProviding where Key == String, Value: JSONSchemaProviding {
    /// An object with any names.
    public static var jsonSchema: JSON { ["type": "object", "additionalProperties": Value.jsonSchema] }
}

extension Optional: JSONSchemaProviding where Wrapped: JSONSchemaProviding {
    /// What is inside.
    public static var jsonSchema: JSON { Wrapped.jsonSchema }
    /// It may be missing.
    public static var isRequiredInSchema: Bool { false }
}

extension NamedSchema {
    /// The schema of a type.
    ///
    /// - Parameter name: `nil` for the type's.
    public init(_ type: (some JSONSchemaProviding).Type, name: String? = nil, isStrict: Bool = false) {
        self.init(name: name ?? Self.name(of: type), schema: type.jsonSchema, isStrict: isStrict)
    }

    /// The type's name in the letters that providers take.
    private static func name(of type: Any.Type) -> String {
        let name = String(describing: type).map { letter in
            letter.isASCII && (letter.isLetter || letter.isNumber || letter == "-" || letter == "_") ? letter : "_"
        }
        return String(name.prefix(64))
    }
}

extension Tool {
    /// Makes a tool of a function over types of the app's that say their schema.
    public init<Arguments: Decodable & Sendable & JSONSchemaProviding, Result: Encodable & Sendable>(
        _ name: String, description: String = "", arguments: Arguments.Type, isStrict: Bool = false,
        execute: @escaping @Sendable (Arguments) async throws -> Result
    ) {
        self.init(
            name, description: description, parameters: Arguments.jsonSchema, arguments: arguments, isStrict: isStrict,
            execute: execute)
    }
}

extension AI {
    /// Generates an object of a type of the app's that says its schema, as
    /// ``generateObject(_:model:prompt:system:messages:schema:settings:temperature:maxTokens:decode:)`` does.
    public nonisolated(nonsending) func generateObject<Object: Decodable & Sendable & JSONSchemaProviding>(
        _ type: Object.Type, model: any ModelSource, prompt: String? = nil, system: String? = nil,
        messages: [ModelMessage] = [], settings: ModelSettings = ModelSettings()
    ) async throws -> ObjectResult<Object> {
        try await generateObject(
            type, model: model, prompt: prompt, system: system, messages: messages, schema: NamedSchema(type),
            settings: settings)
    }
}
