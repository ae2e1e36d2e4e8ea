/// Masks an OTLP protobuf request in place, field by field: a run of letters is never followed over the end of a field.
struct ProtobufSecrets {
    private let scanner: SecretScanner
    private let bytes: UnsafeMutableRawBufferPointer
    private let hunt: SecretHunt
    private(set) var tally = SecretTally()

    init(_ scanner: SecretScanner, _ bytes: UnsafeMutableRawBufferPointer, hunt: SecretHunt = .all) {
        self.scanner = scanner
        self.bytes = bytes
        self.hunt = hunt
    }

    /// A message of OTLP, as far as its fields are messages themselves.
    enum Message {
        case traces, logs, resourceSpans, resourceLogs, scopeSpans, scopeLogs
        case resource, scope, span, event, link, status, logRecord
        case keyValue, anyValue, arrayValue, keyValues
        /// Text, and every field that is not known: what a sender adds is kept, so it is looked through.
        case text
        /// Ids of spans and traces.
        case identifier
        /// Bytes of any kind.
        case bytes

        fileprivate func field(_ tag: ProtobufTag) -> Message {
            switch (self, tag) {
            case (.traces, OTLPField.Request.resources): .resourceSpans
            case (.logs, OTLPField.Request.resources): .resourceLogs
            case (.resourceSpans, OTLPField.OfResource.resource), (.resourceLogs, OTLPField.OfResource.resource):
                .resource
            case (.resourceSpans, OTLPField.OfResource.scopes), (.resourceSpans, OTLPField.OfResource.libraries):
                .scopeSpans
            case (.resourceLogs, OTLPField.OfResource.scopes), (.resourceLogs, OTLPField.OfResource.libraries):
                .scopeLogs
            case (.scopeSpans, OTLPField.OfScope.scope), (.scopeLogs, OTLPField.OfScope.scope): .scope
            case (.scopeSpans, OTLPField.OfScope.records): .span
            case (.scopeLogs, OTLPField.OfScope.records): .logRecord
            case (.resource, OTLPField.Resource.attributes), (.scope, OTLPField.Scope.attributes),
                (.span, OTLPField.Span.attributes), (.event, OTLPField.Event.attributes),
                (.link, OTLPField.Link.attributes), (.logRecord, OTLPField.LogRecord.attributes),
                (.keyValues, OTLPField.List.values):
                .keyValue
            case (.span, OTLPField.Span.traceID), (.span, OTLPField.Span.spanID), (.span, OTLPField.Span.parentSpanID),
                (.link, OTLPField.Link.traceID), (.link, OTLPField.Link.spanID),
                (.logRecord, OTLPField.LogRecord.traceID), (.logRecord, OTLPField.LogRecord.spanID):
                .identifier
            case (.span, OTLPField.Span.events): .event
            case (.span, OTLPField.Span.links): .link
            case (.span, OTLPField.Span.status): .status
            case (.logRecord, OTLPField.LogRecord.body), (.arrayValue, OTLPField.List.values),
                (.keyValue, OTLPField.KeyValue.value):
                .anyValue
            case (.anyValue, OTLPField.AnyValue.array): .arrayValue
            case (.anyValue, OTLPField.AnyValue.keyValues): .keyValues
            case (.anyValue, OTLPField.AnyValue.bytes): .bytes
            default: .text
            }
        }
    }

    /// Masks a whole request.
    mutating func mask(_ message: Message) {
        walk(0..<bytes.count, message, nil, depth: 0)
    }

    private static let mostDepth = 256

    private mutating func walk(_ range: Range<Int>, _ message: Message, _ secrecy: SecretName.Secrecy?, depth: Int) {
        switch message {
        case .identifier: return
        case .text, .bytes: return take(range, secrecy)
        default: break
        }
        guard depth < Self.mostDepth, let base = bytes.baseAddress else { return take(range, secrecy) }
        let inner = message == .keyValue ? secrecy ?? self.secrecy(ofPair: range) : secrecy
        var reader = ProtobufReader(base: UnsafeRawPointer(base), range: range)
        do {
            while let field = try reader.next() {
                if field.tag.hasLength {
                    let isName = message == .keyValue && field.tag == OTLPField.KeyValue.key
                    walk(field.range, message.field(field.tag), isName ? nil : inner, depth: depth + 1)
                } else if message == .anyValue, field.tag.number == OTLPField.AnyValue.int.number,
                    case .certain = secrecy
                {
                    maskNumber(field, end: reader.position)
                }
            }
        } catch {
            // The rest is no message: it may still be text.
            take(reader.position..<range.upperBound, secrecy)
        }
    }

    /// What the key of a pair says about its value.
    private func secrecy(ofPair range: Range<Int>) -> SecretName.Secrecy? {
        guard let base = bytes.baseAddress else { return nil }
        var reader = ProtobufReader(base: UnsafeRawPointer(base), range: range)
        var secrecy: SecretName.Secrecy?
        while let field = try? reader.next() {
            guard field.tag == OTLPField.KeyValue.key else { continue }
            secrecy = scanner.secrecy(UnsafeRawBufferPointer(rebasing: bytes[field.range]))
        }
        return secrecy
    }

    private mutating func take(_ range: Range<Int>, _ secrecy: SecretName.Secrecy?) {
        guard !range.isEmpty else { return }
        let text = UnsafeMutableRawBufferPointer(rebasing: bytes[range])
        if let secrecy, hunt == .all, SecretValue.isSecret(UnsafeRawBufferPointer(text), secrecy) {
            if SecretMask.cover(range, in: bytes) { tally.count += 1 }
            return
        }
        tally.add(hunt.mask(text, with: scanner, nesting: 0))
    }

    /// A number of four digits or more becomes zero, in as many bytes.
    private mutating func maskNumber(_ field: ProtobufReader.Field, end: Int) {
        guard hunt == .all, field.value >= 1000 else { return }
        var start = end - 1
        while start > field.start + 1, bytes[start - 1] >= 0x80 { start -= 1 }
        for index in start..<end { bytes[index] = index == end - 1 ? 0 : 0x80 }
        tally.count += 1
    }
}

extension SecretScanner {
    /// How a message is written.
    enum Form {
        case json
        case protobuf(ProtobufSecrets.Message)
    }

    /// A copy of the message with its secrets masked, and how many there were; `nil` when there are none.
    func masked(_ message: UnsafeRawBufferPointer, _ form: Form) -> (bytes: [UInt8], count: Int)? {
        guard mayHoldSecrets(message) else { return nil }
        var copy = Array(message)
        let count = copy.withUnsafeMutableBytes { bytes in
            let found = mask(bytes, form, .all)
            return found.holdsAWSID ? found.count + mask(bytes, form, .companions).count : found.count
        }
        return count > 0 ? (copy, count) : nil
    }

    private func mask(_ bytes: UnsafeMutableRawBufferPointer, _ form: Form, _ hunt: SecretHunt) -> SecretTally {
        switch form {
        case .json:
            var json = JSONSecrets(self, bytes, hunt: hunt)
            return json.maskWhole()
        case .protobuf(let message):
            var protobuf = ProtobufSecrets(self, bytes, hunt: hunt)
            protobuf.mask(message)
            return protobuf.tally
        }
    }
}
