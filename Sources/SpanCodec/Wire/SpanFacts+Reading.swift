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
            guard let text = value.kind == .number ? bytes(value) : text(value) else { return nil }
            if let whole = wholeNumber(text) { return Int(whole) }
            return Double(String(decoding: text, as: UTF8.self)).flatMap { Int(exactly: $0.rounded()) }
        default: return nil
        }
    }

    /// A value as a finite number.
    mutating func double(_ value: WireValue) -> Double? {
        let number: Double?
        switch value.kind {
        case .int: number = Double(Int64(bitPattern: value.bits))
        case .double: number = Double(bitPattern: value.bits)
        case .number, .text, .escapedText:
            guard let text = value.kind == .number ? bytes(value) : text(value) else { return nil }
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
            if text.equals("true") || text.equals("True") { return true }
            if text.equals("false") || text.equals("False") { return false }
            return nil
        default: return nil
        }
    }

    /// The first of the names that holds a text that is not empty, or a number.
    mutating func firstString(_ sources: Sources) -> String? {
        guard present.intersects(sources.set) else { return nil }
        for id in sources.order where has(id) {
            if let string = string(value(id)) { return string }
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
