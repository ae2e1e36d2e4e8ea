package import OrderedJSON
import TraceModel

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
        case let value as JSON: make = { value.value }
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
    package static func json(of value: any Encodable) -> JSONValue? { try? encoded(value) }

    /// The value as JSON.
    static func encoded(_ value: any Encodable) throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.dateEncodingStrategy = .iso8601
        return try JSONValue(parsing: try encoder.encode(value))
    }

    /// A value read from JSON.
    package static func value<Value: Decodable>(_ type: Value.Type, from json: JSONValue) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            // A model may write the day alone.
            guard let time = ISO8601.parse(text) ?? ISO8601.parse(text + "T00:00:00Z") else {
                throw DecodingError.dataCorrupted(
                    DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no date in ISO 8601"))
            }
            return Date(timeIntervalSince1970: Double(time.unixNanoseconds) / 1e9)
        }
        return try decoder.decode(type, from: Data(json.compactBytes))
    }

    /// What is wrong with a value that does not decode, in words that a model can act on; any other error's own words.
    package static func reason(_ error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty ? "the value" : "'" + path.map(\.stringValue).joined(separator: ".") + "'"
        }
        switch error {
        case DecodingError.keyNotFound(let key, let context): return place(context.codingPath + [key]) + " is missing"
        case DecodingError.valueNotFound(_, let context): return place(context.codingPath) + " is null"
        case DecodingError.typeMismatch(let type, let context):
            return place(context.codingPath) + " is not of the type \(type)"
        case DecodingError.dataCorrupted(let context):
            return place(context.codingPath) + ": " + context.debugDescription
        default: return String(describing: error)
        }
    }
}
