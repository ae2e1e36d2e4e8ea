import OrderedJSON
import TraceModel

/// The attributes of an agent's event, read as leniently as agents write them: a number comes as an integer, a double or a
/// text, a truth value as `true` or `"true"`.
struct AgentAttributes {
    let map: AttributeMap

    /// The first of these names that holds a text that is not empty.
    func text(_ names: String...) -> String? {
        for name in names {
            switch map[name] {
            case .string(let text)? where !text.isEmpty: return text
            case .int(let number)?: return String(number)
            case .double(let number)?: return String(number)
            default: continue
            }
        }
        return nil
    }

    /// The first of these names that holds a number, as a whole one.
    func count(_ names: String...) -> Int? {
        for name in names {
            if let number = number(name), abs(number) < 1e15 { return Int(number.rounded()) }
        }
        return nil
    }

    /// A number.
    func number(_ name: String) -> Double? {
        let number: Double? =
            switch map[name] {
            case .int(let whole)?: Double(whole)
            case .double(let number)?: number
            case .string(let text)?: Double(text)
            default: nil
            }
        return number.flatMap { $0.isFinite ? $0 : nil }
    }

    /// A truth value.
    func flag(_ name: String) -> Bool? {
        switch map[name] {
        case .bool(let flag)?: flag
        case .string(let text)?: text.lowercased() == "true" ? true : text.lowercased() == "false" ? false : nil
        case .int(let number)?: number != 0
        default: nil
        }
    }

    /// What was said, unless the agent keeps it to itself; structures as JSON.
    func content(_ names: String...) -> String? {
        for name in names {
            switch map[name] {
            case .string(let text)? where !text.isEmpty && !Self.redacted.contains(text): return text
            case .map?, .array?:
                return String(decoding: AttributeReader.json(map[name] ?? .null).compactBytes, as: UTF8.self)
            default: continue
            }
        }
        return nil
    }

    /// A length of time in milliseconds, as nanoseconds.
    func milliseconds(_ names: String...) -> Int64? {
        for name in names {
            guard let number = number(name), number >= 0, number < 1e12 else { continue }
            return Int64((number * 1e6).rounded())
        }
        return nil
    }

    /// What agents write in the place of content.
    private static let redacted: Set<String> = ["[REDACTED]", "<REDACTED>", "REDACTED", "[redacted]", "<redacted>"]
}
