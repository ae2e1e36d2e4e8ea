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

        fileprivate func field(_ number: UInt32) -> Message {
            switch (self, number) {
            case (.traces, 1): .resourceSpans
            case (.logs, 1): .resourceLogs
            case (.resourceSpans, 1), (.resourceLogs, 1): .resource
            case (.resourceSpans, 2), (.resourceSpans, 1000): .scopeSpans
            case (.resourceLogs, 2), (.resourceLogs, 1000): .scopeLogs
            case (.scopeSpans, 1), (.scopeLogs, 1): .scope
            case (.scopeSpans, 2): .span
            case (.scopeLogs, 2): .logRecord
            case (.resource, 1), (.scope, 3), (.span, 9), (.event, 3), (.link, 4), (.logRecord, 6), (.keyValues, 1):
                .keyValue
            case (.span, 1), (.span, 2), (.span, 4), (.link, 1), (.link, 2), (.logRecord, 9), (.logRecord, 10):
                .identifier
            case (.span, 11): .event
            case (.span, 13): .link
            case (.span, 15): .status
            case (.logRecord, 5), (.arrayValue, 1), (.keyValue, 2): .anyValue
            case (.anyValue, 5): .arrayValue
            case (.anyValue, 6): .keyValues
            case (.anyValue, 7): .bytes
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
                if field.wire == 2 {
                    let isName = message == .keyValue && field.number == 1
                    walk(field.range, message.field(field.number), isName ? nil : inner, depth: depth + 1)
                } else if message == .anyValue, field.number == 3, case .certain = secrecy {
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
            guard field.number == 1, field.wire == 2 else { continue }
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
