import OrderedJSON

/// The names of metrics: they are not kept, and what is passed over is counted by name.
enum OTLPMetrics {
    /// The names, those beyond so many left out.
    static func names(
        inProtobuf body: UnsafeRawBufferPointer, atMost limit: Int
    ) throws(ProtobufReader.Fault) -> [String] {
        guard let base = body.baseAddress else { return [] }
        var names: [String] = []
        try each(OTLPField.Request.resources, in: 0..<body.count, base) { resource throws(ProtobufReader.Fault) in
            try each(OTLPField.OfResource.scopes, in: resource, base) { scope throws(ProtobufReader.Fault) in
                try each(OTLPField.OfScope.records, in: scope, base) { metric throws(ProtobufReader.Fault) in
                    try each(OTLPField.Metric.name, in: metric, base) { name throws(ProtobufReader.Fault) in
                        guard names.count < limit else { return }
                        names.append(String(decoding: UnsafeRawBufferPointer(rebasing: body[name]), as: UTF8.self))
                    }
                }
            }
        }
        return names
    }

    private static func each(
        _ tag: ProtobufTag, in range: Range<Int>, _ base: UnsafeRawPointer,
        _ body: (Range<Int>) throws(ProtobufReader.Fault) -> Void
    ) throws(ProtobufReader.Fault) {
        var reader = ProtobufReader(base: base, range: range)
        while let field = try reader.next() {
            if field.tag == tag { try body(field.range) }
        }
    }

    static func names(in json: JSONValue) -> [String] {
        let canonical = json["resource_metrics"] == nil ? json : ProtoNames.canonical(json)
        return (canonical["resourceMetrics"]?.array ?? []).flatMap { resource in
            (resource["scopeMetrics"]?.array ?? []).flatMap { scope in
                (scope["metrics"]?.array ?? []).compactMap { $0["name"]?.string }
            }
        }
    }
}

extension SpanDecoder {
    /// Reads the body of `POST /v1/metrics` as far as to count it: metrics are not kept, so that none is refused. They are
    /// in ``DecodedBatch/passedOver`` by their names.
    public func decodeMetrics(_ body: UnsafeRawBufferPointer, encoding: Encoding) -> DecodedBatch {
        var batch = DecodedBatch()
        do {
            let names =
                switch encoding {
                case .protobuf: try OTLPMetrics.names(inProtobuf: body, atMost: limits.maxRecords)
                case .json: OTLPMetrics.names(in: try tree(body))
                }
            for name in names { batch.passOver("metric \(name)") }
        } catch {
            batch.passOver("metrics that cannot be read")
        }
        return batch
    }

    private func tree(_ body: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
        var scanner = JSONScanner(body, maxDepth: limits.maxDepth, maxValues: limits.maxValues)
        let value = try scanner.value()
        try scanner.finish()
        return value
    }
}
