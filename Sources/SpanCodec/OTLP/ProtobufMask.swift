/// Masks secrets inside protobuf messages, string by string: a run of letters may not be followed over the end of a
/// field, where the next field's tag may look like one more letter.
enum ProtobufMask {
    /// Which message the bytes are.
    enum Message {
        case resource
        case scope
        case span
    }

    /// Masks values of secret names, and tokens in any text.
    static func mask(_ bytes: inout [UInt8], _ message: Message) {
        bytes.withUnsafeMutableBytes { bytes in
            switch message {
            case .resource: pairs(bytes, 0..<bytes.count, field: 1)
            case .scope: pairs(bytes, 0..<bytes.count, field: 3)
            case .span:
                pairs(bytes, 0..<bytes.count, field: 9)
                each(bytes, 0..<bytes.count) { number, range in
                    if number == 11 { pairs(bytes, range, field: 3) }
                    if number == 13 { pairs(bytes, range, field: 4) }
                    if number == 5 { tokens(bytes, range) }
                    if number == 15 { each(bytes, range) { if $0 == 2 { tokens(bytes, $1) } } }
                }
            }
        }
    }

    private static func each(
        _ bytes: UnsafeMutableRawBufferPointer, _ range: Range<Int>, _ body: (UInt32, Range<Int>) -> Void
    ) {
        guard let base = bytes.baseAddress else { return }
        var reader = ProtobufReader(base: UnsafeRawPointer(base), range: range)
        while let field = try? reader.next() {
            if field.wire == 2 { body(field.number, field.range) }
        }
    }

    private static func pairs(_ bytes: UnsafeMutableRawBufferPointer, _ range: Range<Int>, field: UInt32) {
        each(bytes, range) { number, pair in
            if number == field { self.pair(bytes, pair, depth: 0) }
        }
    }

    private static func pair(_ bytes: UnsafeMutableRawBufferPointer, _ range: Range<Int>, depth: Int) {
        var isSecret = false
        each(bytes, range) { number, range in
            if number == 1 { isSecret = SecretNames.isSecret(UnsafeRawBufferPointer(rebasing: bytes[range])) }
        }
        each(bytes, range) { number, range in
            if number == 2 { value(bytes, range, isSecret: isSecret, depth: depth) }
        }
    }

    private static func value(
        _ bytes: UnsafeMutableRawBufferPointer, _ range: Range<Int>, isSecret: Bool, depth: Int
    ) {
        guard depth < AttributeReader.maxDepth else { return }
        each(bytes, range) { number, range in
            switch number {
            case 1, 7:
                if isSecret {
                    for index in range { bytes[index] = SecretMask.star }
                } else if number == 1 {
                    tokens(bytes, range)
                }
            case 5: each(bytes, range) { if $0 == 1 { value(bytes, $1, isSecret: isSecret, depth: depth + 1) } }
            case 6:
                each(bytes, range) { number, range in
                    if number == 1 {
                        if isSecret {
                            each(bytes, range) {
                                if $0 == 2 { value(bytes, $1, isSecret: true, depth: depth + 1) }
                            }
                        } else {
                            pair(bytes, range, depth: depth + 1)
                        }
                    }
                }
            default: break
            }
        }
    }

    private static func tokens(_ bytes: UnsafeMutableRawBufferPointer, _ range: Range<Int>) {
        SecretMask.maskTokens(UnsafeMutableRawBufferPointer(rebasing: bytes[range]))
    }
}
