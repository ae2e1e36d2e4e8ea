import OrderedJSON
import TraceModel

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension JSON {
    /// The JSON of any `Encodable` value: dates in ISO 8601, members sorted by name.
    ///
    /// - Throws: what its encoding throws.
    public init(encoding value: some Encodable) throws { self.init(try JSONCoding.encoded(value)) }

    /// A value of the app's read from this one: dates in ISO 8601.
    ///
    /// - Throws: `DecodingError`.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONCoding.value(type, from: value)
    }
}

extension Date: JSONConvertible {
    /// Text in ISO 8601, UTC.
    public var json: JSON {
        let nanoseconds = (timeIntervalSince1970 * 1e9).rounded()
        guard nanoseconds.magnitude < 9e18 else { return .null }
        return .string(ISO8601.string(Timestamp(unixNanoseconds: Int64(nanoseconds))))
    }
}

extension UUID: JSONConvertible {
    /// Its text.
    public var json: JSON { .string(uuidString) }
}

extension URL: JSONConvertible {
    /// Its text.
    public var json: JSON { .string(absoluteString) }
}

extension [String: (any JSONConvertible)?] {
    /// The values that are there, as JSON.
    var jsonMembers: [String: JSON] { compactMapValues { $0?.json } }
}

extension JSONValue {
    /// This object with members set.
    func setting(_ members: some Sequence<(key: String, value: JSON)>) -> JSONValue {
        members.reduce(self) { $0.setting($1.key, $1.value.value) }
    }

    /// This object with the members that are there set, in the order of their names.
    func setting(_ members: [String: (any JSONConvertible)?]) -> JSONValue {
        setting(members.jsonMembers.sorted { $0.key < $1.key })
    }
}
