public import OrderedJSON
import TraceModel

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension JSONValue {
    /// The JSON of any `Encodable` value: dates in ISO 8601, members sorted by name.
    ///
    /// - Throws: what its encoding throws.
    public init(encoding value: some Encodable) throws { self = try JSONCoding.encoded(value) }

    /// A value of the app's read from this one: dates in ISO 8601.
    ///
    /// - Throws: `DecodingError`.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONCoding.value(type, from: self)
    }
}

extension Date: JSONRepresentable {
    /// Text in ISO 8601, UTC.
    public var jsonValue: JSONValue {
        let nanoseconds = (timeIntervalSince1970 * 1e9).rounded()
        guard nanoseconds.magnitude < 9e18 else { return .null }
        return .string(ISO8601.string(Timestamp(unixNanoseconds: Int64(nanoseconds))))
    }
}

extension UUID: JSONRepresentable {
    /// Its text.
    public var jsonValue: JSONValue { .string(uuidString) }
}

extension URL: JSONRepresentable {
    /// Its text.
    public var jsonValue: JSONValue { .string(absoluteString) }
}

extension [String: (any JSONRepresentable)?] {
    /// The values that are there, as JSON.
    var jsonValues: [String: JSONValue] { compactMapValues { $0?.jsonValue } }
}

extension JSONValue {
    /// This object with members set.
    func setting(_ members: some Sequence<(key: String, value: JSONValue)>) -> JSONValue {
        members.reduce(self) { $0.setting($1.key, $1.value) }
    }

    /// This object with the members that are there set, in the order of their names.
    func setting(_ members: [String: (any JSONRepresentable)?]) -> JSONValue {
        setting(members.jsonValues.sorted { $0.key < $1.key })
    }
}
