/// How deep a value may be nested in a protobuf request: as deep as the OTLP JSON it is exported as may be, so that what
/// was taken once is taken again.
///
/// In JSON a list takes three levels (the value, `arrayValue`, `values`), a list of pairs four.
struct ProtobufDepth {
    private let base: UnsafeRawPointer

    /// Levels of OTLP JSON around the value of an attribute: most for an event's, from `{"resourceSpans":[…` on.
    private static let levelsAround = 11

    init(base: UnsafeRawPointer) {
        self.base = base
    }

    /// Whether the values of all pairs in that field of a message are nested no deeper than `limit` allows.
    func allows(_ message: Range<Int>, field: UInt32, limit: Int) -> Bool {
        each(message, field) { pair in each(pair, 2) { isWithin($0, limit - Self.levelsAround) } }
    }

    /// Whether an `AnyValue` takes at most that many levels of JSON.
    private func isWithin(_ value: Range<Int>, _ levels: Int) -> Bool {
        guard levels > 0 else { return false }
        var reader = ProtobufReader(base: base, range: value)
        while let field = try? reader.next() {
            guard field.wire == 2 else { continue }
            if field.number == 5, !each(field.range, 1, { isWithin($0, levels - 3) }) { return false }
            if field.number == 6, !each(field.range, 1, { pair in each(pair, 2) { isWithin($0, levels - 4) } }) {
                return false
            }
        }
        return true
    }

    /// Whether something holds for all fields of a number; a broken message has no more of them.
    private func each(_ message: Range<Int>, _ number: UInt32, _ holds: (Range<Int>) -> Bool) -> Bool {
        var reader = ProtobufReader(base: base, range: message)
        while let field = try? reader.next() {
            if field.number == number, field.wire == 2, !holds(field.range) { return false }
        }
        return true
    }
}
