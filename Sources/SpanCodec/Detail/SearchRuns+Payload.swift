import OrderedJSON
public import TraceModel

extension SearchRuns {
    /// Adds all that may be in the texts of a span (``SpanTexts``), without decoding it: whatever stands in the texts stands
    /// in the bytes, escaped or not, but for what protobuf writes as numbers and bytes, and for structures, which texts
    /// show as JSON.
    public mutating func add(_ payload: SpanPayload, contents: [IngestedContent]) {
        payload.span.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { add(wire: $0) }
            if payload.format == .otlpProtobuf { addProtobufValues(bytes) }
        }
        for content in contents {
            content.payload.withUnsafeBufferPointer { add(wire: $0) }
        }
    }

    /// The values of a protobuf span's attributes, and of its events', that are no text.
    private mutating func addProtobufValues(_ span: UnsafeRawBufferPointer) {
        var reader = ProtobufReader(span)
        do {
            while let field = try reader.next() {
                switch field.tag {
                case OTLPField.Span.attributes: addValue(span, field.range)
                case OTLPField.Span.events:
                    let event = UnsafeRawBufferPointer(rebasing: span[field.range])
                    var inner = ProtobufReader(event)
                    while let field = try inner.next() {
                        if field.tag == OTLPField.Event.attributes { addValue(event, field.range) }
                    }
                default: break
                }
            }
        } catch {
            // What is read of such bytes is nobody's promise.
            isOpaque = true
        }
    }

    private mutating func addValue(_ bytes: UnsafeRawBufferPointer, _ pair: Range<Int>) {
        guard let base = bytes.baseAddress,
            let value = try? ProtobufAttributes.keyValue(pair, base: base).value
        else {
            isOpaque = true
            return
        }
        switch value.kind {
        case .int: add(String(Int64(bitPattern: value.bits)))
        case .double, .protobuf:
            var json = AttributeReader.json(AttributeReader.value(value, base: base)).compactText
            json.withUTF8 { add(wire: $0) }
        default: break
        }
    }
}
