import OrderedJSON
import TraceModel

extension JSONValue {
    /// A string, or null.
    static func text(_ text: String?) -> JSONValue {
        text.map { .string($0) } ?? .null
    }

    /// A whole number, or null.
    static func count(_ count: Int?) -> JSONValue {
        count.map { .number(JSONNumber($0)) } ?? .null
    }

    /// Nanoseconds as milliseconds, exact: whole where they are, else with as many digits as there are.
    static func milliseconds(_ nanoseconds: Int64?) -> JSONValue {
        nanoseconds.map { scaled($0, 1_000_000) } ?? .null
    }

    /// Thousandths of a unit in that unit.
    static func thousandths(_ value: Int64?) -> JSONValue {
        value.map { scaled($0, 1_000) } ?? .null
    }

    /// A cost in US dollars, exact.
    static func dollars(_ cost: Cost?) -> JSONValue {
        cost.map { scaled($0.nanoDollars, 1_000_000_000) } ?? .null
    }

    /// Attributes as an object; bytes become their number in words, as JSON has none.
    static func attributes(_ map: AttributeMap) -> JSONValue {
        .object(map.entries.map { JSONMember($0.name, attribute($0.value)) })
    }

    /// One attribute's value.
    static func attribute(_ value: AttributeValue) -> JSONValue {
        switch value {
        case .null: .null
        case .string(let text): .string(text)
        case .bool(let flag): .bool(flag)
        case .int(let number): .number(JSONNumber(number))
        case .double(let number): JSONNumber(number).map { .number($0) } ?? .string(String(number))
        case .bytes(let bytes): .string("\(bytes.count) bytes")
        case .array(let items): .array(items.map(attribute))
        case .map(let map): attributes(map)
        }
    }

    /// `value / unit`; a double holds a quotient of that size to more digits than a clock gives.
    private static func scaled(_ value: Int64, _ unit: Int64) -> JSONValue {
        if value % unit == 0 { return .number(JSONNumber(value / unit)) }
        return JSONNumber(Double(value) / Double(unit)).map { .number($0) } ?? .null
    }
}
