import OrderedJSON

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A value of the app's, to be written as JSON away from the caller.
struct ContentValue: Sendable {
    private let make: @Sendable () -> JSONValue?

    /// Takes a value that can be written: JSON, or anything `Encodable` that may cross to another task; `nil` for what
    /// cannot.
    init?(_ value: Any) {
        switch value {
        case let value as JSONValue: make = { value }
        case let value as String: make = { .string(value) }
        case let value as Int: make = { .number(value) }
        case let value as Double: make = { .number(value) }
        case let value as Bool: make = { .bool(value) }
        case let value as any Encodable:
            // Whether it is `Sendable` cannot be asked at run time: so it is written here and now.
            guard let json = JSONCoding.json(of: value) else { return nil }
            make = { json }
        default: return nil
        }
    }

    var json: JSONValue? { make() }
}

/// `Codable` values to JSON and back.
package enum JSONCoding {
    /// The value as JSON; `nil` when its encoding fails.
    package static func json(of value: any Encodable) -> JSONValue? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        guard let data = try? encoder.encode(value) else { return nil }
        return try? JSONValue(parsing: data)
    }

    /// A value read from JSON.
    package static func value<Value: Decodable>(_ type: Value.Type, from json: JSONValue) throws -> Value {
        try JSONDecoder().decode(type, from: Data(json.compactBytes))
    }
}
