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
    func allows(_ message: Range<Int>, _ tag: ProtobufTag, limit: Int) -> Bool {
        each(message, tag) { pair in each(pair, OTLPField.KeyValue.value) { isWithin($0, limit - Self.levelsAround) } }
    }

    /// Whether an `AnyValue` takes at most that many levels of JSON.
    private func isWithin(_ value: Range<Int>, _ levels: Int) -> Bool {
        guard levels > 0 else { return false }
        var reader = ProtobufReader(base: base, range: value)
        while let field = try? reader.next() {
            let isAllowed =
                switch field.tag {
                case OTLPField.AnyValue.array: each(field.range, OTLPField.List.values) { isWithin($0, levels - 3) }
                case OTLPField.AnyValue.keyValues:
                    each(field.range, OTLPField.List.values) { pair in
                        each(pair, OTLPField.KeyValue.value) { isWithin($0, levels - 4) }
                    }
                default: true
                }
            guard isAllowed else { return false }
        }
        return true
    }

    /// Whether something holds for all fields of that tag; a broken message has no more of them.
    private func each(_ message: Range<Int>, _ tag: ProtobufTag, _ holds: (Range<Int>) -> Bool) -> Bool {
        var reader = ProtobufReader(base: base, range: message)
        while let field = try? reader.next() {
            if field.tag == tag, !holds(field.range) { return false }
        }
        return true
    }
}
