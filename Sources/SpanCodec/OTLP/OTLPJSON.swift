import OrderedJSON

/// OTLP JSON's attribute lists and values.
enum OTLPJSON {
    /// Passes a list of `KeyValue` and gives each pair to `body`. Throws a ``JSONError`` where the JSON is broken and a
    /// ``JSONSpanReader/Fault`` where it is no list of attributes.
    @inline(__always)
    static func attributes(
        _ scanner: inout JSONScanner, field: String, _ body: (UnsafeRawBufferPointer, WireValue) -> Void
    ) throws {
        switch try scanner.peek() {
        case .array: break
        case .null: return try scanner.null()
        default:
            throw JSONSpanReader.Fault.span(.init(reason: "a list is needed", field: field, offset: scanner.position))
        }
        guard try scanner.beginArray() else { return }
        repeat {
            let pair = try keyValue(&scanner, field: field)
            if pair.name.hasEscapes {
                pair.name.withUnescaped { body($0, pair.value) }
            } else {
                body(pair.name.raw, pair.value)
            }
        } while try scanner.nextElement()
    }

    /// Passes a `KeyValue`.
    private static func keyValue(
        _ scanner: inout JSONScanner, field: String
    ) throws -> (name: JSONText, value: WireValue) {
        let offset = scanner.position
        var name: JSONText?
        var value = WireValue.null
        guard try scanner.peek() == .object, try scanner.beginObject() else {
            throw JSONSpanReader.Fault.span(
                .init(reason: "an object with key and value is needed", field: field, offset: offset))
        }
        repeat {
            let member = try scanner.memberName()
            if member.equals("key"), try scanner.peek() == .string {
                name = try scanner.string()
            } else if member.equals("value") {
                value = try anyValue(&scanner, field: field)
            } else {
                try scanner.skipValue()
            }
        } while try scanner.nextMember()
        guard let name else {
            throw JSONSpanReader.Fault.span(.init(reason: "an attribute has no key", field: field, offset: offset))
        }
        return (name, value)
    }

    /// Passes an `AnyValue`: scalars are read, anything else is kept as its range.
    static func anyValue(_ scanner: inout JSONScanner, field: String) throws -> WireValue {
        let kind = try scanner.peek()
        let start = scanner.position
        if kind == .null {
            try scanner.null()
            return .null
        }
        guard kind == .object else {
            throw JSONSpanReader.Fault.span(.init(reason: "a value is no object", field: field, offset: start))
        }
        guard try scanner.beginObject() else { return .null }
        var value = WireValue.null
        repeat {
            let member = try scanner.memberName()
            let inner = try scanner.wireValue(origin: 0)
            if inner.kind == .null { continue }
            if member.equals("stringValue") || member.equals("string_value") {
                if inner.kind == .text || inner.kind == .escapedText { value = inner }
            } else if member.equals("intValue") || member.equals("int_value") {
                value = number(inner)
            } else if member.equals("doubleValue") || member.equals("double_value") {
                value = specialDouble(scanner, inner) ?? number(inner)
            } else if member.equals("boolValue") || member.equals("bool_value") {
                if inner.kind == .bool { value = inner }
            } else if inner.kind == .json || member.equals("bytesValue") || member.equals("bytes_value") {
                value = WireValue(kind: .otlpJSON, start: start, count: 0)
            }
        } while try scanner.nextMember()
        if value.kind == .otlpJSON {
            value = WireValue(kind: .otlpJSON, start: start, count: scanner.position - start)
        } else if value.kind == .number, !isNumber(scanner, value) {
            value = .null
        }
        return value
    }

    /// A number, which may be written as text.
    private static func number(_ value: WireValue) -> WireValue {
        switch value.kind {
        case .number: value
        case .text: WireValue(kind: .number, bits: value.bits)
        default: .null
        }
    }

    /// The doubles that JSON has no digits for.
    private static func specialDouble(_ scanner: JSONScanner, _ value: WireValue) -> WireValue? {
        guard value.kind == .text else { return nil }
        let word = scanner.bytes(in: value.start..<value.start + value.count)
        let number: Double
        if word.equals("NaN") {
            number = .nan
        } else if word.equals("Infinity") {
            number = .infinity
        } else if word.equals("-Infinity") {
            number = -.infinity
        } else {
            return nil
        }
        return WireValue(kind: .double, bits: number.bitPattern)
    }

    /// Whether a number written as text is one.
    private static func isNumber(_ scanner: JSONScanner, _ value: WireValue) -> Bool {
        let range = scanner.bytes(in: value.start..<value.start + value.count)
        return wholeNumber(range) != nil || JSONScanner.isNumber(range)
    }
}
