import OrderedJSON

extension SpanFacts {
    /// The bytes of a value's range.
    @inline(__always)
    func bytes(_ value: WireValue) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + value.start, count: value.count)
    }

    /// A text value, unescaped; `nil` for any other kind. Good until ``reset()``.
    @inline(__always)
    mutating func text(_ value: WireValue) -> UnsafeRawBufferPointer? {
        switch value.kind {
        case .text: return bytes(value)
        case .escapedText: return unescaped(value)
        default: return nil
        }
    }

    private mutating func unescaped(_ value: WireValue) -> UnsafeRawBufferPointer {
        let room = arena.take(value.count)
        let length = JSONText(validated: bytes(value), hasEscapes: true).unescape(into: room)
        arena.giveBack(room.count - length)
        return UnsafeRawBufferPointer(rebasing: room[..<length])
    }

    /// A text that is not empty.
    mutating func filledText(_ value: WireValue) -> UnsafeRawBufferPointer? {
        guard let text = text(value), !text.isEmpty else { return nil }
        return text
    }

    /// The same without the quotes that emitters put around a text that is JSON once more (MLflow).
    mutating func bareText(_ value: WireValue) -> UnsafeRawBufferPointer? {
        guard let text = filledText(value) else { return nil }
        let quote = UInt8(ascii: "\"")
        guard text.count > 2, text[0] == quote, text[text.count - 1] == quote else { return text }
        return UnsafeRawBufferPointer(rebasing: text[1..<text.count - 1])
    }

    /// A value that is a structure, or text that holds one (``StructuredText``).
    mutating func json(_ value: WireValue) -> JSONValue? {
        switch value.kind {
        case .text, .escapedText: return text(value).flatMap(StructuredText.json)
        case .json, .otlpJSON, .protobuf: return AttributeReader.json(AttributeReader.value(value, base: base))
        default: return nil
        }
    }

    /// A value as a string: text that is not empty, or a number or truth value written out.
    mutating func string(_ value: WireValue) -> String? {
        switch value.kind {
        case .text, .escapedText:
            guard let text = filledText(value) else { return nil }
            return cache.string(text)
        case .number: return String(decoding: bytes(value), as: UTF8.self)
        case .int: return String(Int64(bitPattern: value.bits))
        case .double: return Double(bitPattern: value.bits).description
        case .bool: return value.bits != 0 ? "true" : "false"
        default: return nil
        }
    }

    /// A value as a whole number; also a number written as text (LangSmith and others do).
    mutating func int(_ value: WireValue) -> Int? {
        switch value.kind {
        case .int: return Int(exactly: Int64(bitPattern: value.bits))
        case .double: return Int(exactly: Double(bitPattern: value.bits).rounded())
        case .number, .text, .escapedText:
            guard let text = digits(value) else { return nil }
            if let whole = wholeNumber(text) ?? exactInteger(text) { return Int(whole) }
            return Double(String(decoding: text, as: UTF8.self)).flatMap { Int(exactly: $0.rounded()) }
        default: return nil
        }
    }

    /// The digits of a number, written as one or as text (D-wire).
    private mutating func digits(_ value: WireValue) -> UnsafeRawBufferPointer? {
        if value.kind == .number { return bytes(value) }
        guard let text = text(value), JSONScanner.isNumber(text) else { return nil }
        return text
    }

    /// A value as a finite number.
    mutating func double(_ value: WireValue) -> Double? {
        let number: Double?
        switch value.kind {
        case .int: number = Double(Int64(bitPattern: value.bits))
        case .double: number = Double(bitPattern: value.bits)
        case .number, .text, .escapedText:
            guard let text = digits(value) else { return nil }
            number = JSONNumberText(raw: text, isWhole: wholeNumber(text) != nil).double
        default: number = nil
        }
        guard let number, number.isFinite else { return nil }
        return number
    }

    /// A value as a truth value; also written as text.
    mutating func bool(_ value: WireValue) -> Bool? {
        switch value.kind {
        case .bool: return value.bits != 0
        case .text, .escapedText:
            guard let text = text(value) else { return nil }
            if text.equals("true") || text.equals("True") || text.equals("1") { return true }
            if text.equals("false") || text.equals("False") || text.equals("0") { return false }
            return nil
        case .int, .number: return int(value).flatMap { $0 == 1 ? true : $0 == 0 ? false : nil }
        default: return nil
        }
    }

    /// A value as a string, without quotes around it (``bareText(_:)``).
    mutating func bareString(_ value: WireValue) -> String? {
        guard value.kind == .text || value.kind == .escapedText else { return string(value) }
        guard let text = bareText(value) else { return nil }
        return cache.string(text)
    }

    /// The first of the names that holds a text that is not empty, or a number.
    mutating func firstString(_ sources: Sources) -> String? {
        guard present.intersects(sources.set) else { return nil }
        for id in sources.order where has(id) {
            if let string = bareString(value(id)) { return string }
        }
        return nil
    }

    /// The first of the names that holds a text that is not empty.
    mutating func firstText(_ sources: Sources) -> UnsafeRawBufferPointer? {
        guard present.intersects(sources.set) else { return nil }
        for id in sources.order where has(id) {
            if let text = filledText(value(id)) { return text }
        }
        return nil
    }

    /// The first of the names that holds a whole number that is not negative.
    mutating func firstCount(_ sources: Sources) -> Int? {
        guard present.intersects(sources.set) else { return nil }
        for id in sources.order where has(id) {
            if let count = int(value(id)), count >= 0 { return count }
        }
        return nil
    }

    /// The first of the names that holds a number.
    mutating func firstDouble(_ sources: Sources) -> Double? {
        guard present.intersects(sources.set) else { return nil }
        for id in sources.order where has(id) {
            if let number = double(value(id)) { return number }
        }
        return nil
    }

    /// The first of the names that holds a truth value.
    mutating func firstBool(_ sources: Sources) -> Bool? {
        guard present.intersects(sources.set) else { return nil }
        for id in sources.order where has(id) {
            if let flag = bool(value(id)) { return flag }
        }
        return nil
    }
}
