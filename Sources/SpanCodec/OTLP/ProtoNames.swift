import OrderedJSON

/// OTLP JSON with the field names of the `.proto` files (`resource_spans`, `trace_id`), as protobuf's own JSON writers
/// give it on demand. It is read as it is and kept in the names of OTLP JSON.
///
/// Every member name in OTLP JSON is a field's: what users name themselves stands in values. So names are turned without
/// looking where they stand.
enum ProtoNames {
    /// A value with the names and ids of OTLP JSON.
    static func canonical(_ json: JSONValue) -> JSONValue {
        switch json {
        case .array(let elements): .array(elements.map(canonical))
        case .object(let members):
            .object(
                members.map { member in
                    let name = camelCase(member.name)
                    return JSONMember(name, id(name, member.value) ?? canonical(member.value))
                })
        default: json
        }
    }

    /// The same of a JSON text; one that cannot be read stays as it is.
    static func canonical(_ text: [UInt8]) -> [UInt8] {
        guard let json = try? JSONValue(parsing: text, allowsLoneSurrogates: true) else { return text }
        return canonical(json).compactBytes
    }

    /// `start_time_unix_nano` → `startTimeUnixNano`
    static func camelCase(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: "_")) else { return name }
        let words = name.split(separator: "_")
        return words.dropFirst().reduce(into: String(words.first ?? "")) { text, word in
            text += word.prefix(1).uppercased() + word.dropFirst()
        }
    }

    private static func id(_ name: String, _ value: JSONValue) -> JSONValue? {
        let length: Int
        switch name {
        case "traceId": length = 16
        case "spanId", "parentSpanId": length = 8
        default: return nil
        }
        guard var text = value.string else { return nil }
        return text.withUTF8 { Identifiers.hexText(UnsafeRawBufferPointer($0), length: length) }.map(JSONValue.string)
    }
}
