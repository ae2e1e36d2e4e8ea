import OrderedJSON

/// Masks the values of secret names inside JSON, plain or OTLP's `{"key":…,"value":…}` pairs.
enum JSONMask {
    /// Masks in bytes that hold one JSON value. `isSecret` says that the value as a whole belongs to a secret name.
    static func mask(_ bytes: UnsafeMutableRawBufferPointer, isSecret: Bool = false) {
        var ranges: [Range<Int>] = []
        var scanner = JSONScanner(UnsafeRawBufferPointer(bytes), maxDepth: 512, allowsLoneSurrogates: true)
        // The bytes were validated when they were scanned; should they not be JSON, nothing is masked after the fault.
        try? walk(&scanner, isSecret: isSecret, into: &ranges)
        for range in ranges {
            for index in range { bytes[index] = SecretMask.star }
        }
    }

    /// Masks in an array that holds one JSON value.
    static func mask(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { mask($0) }
    }

    private static func walk(
        _ scanner: inout JSONScanner, isSecret: Bool, into ranges: inout [Range<Int>]
    ) throws(JSONError) {
        switch try scanner.peek() {
        case .string:
            let text = try scanner.string()
            let end = scanner.position - 1
            if isSecret { ranges.append(end - text.raw.count..<end) }
        case .array:
            guard try scanner.beginArray() else { return }
            repeat { try walk(&scanner, isSecret: isSecret, into: &ranges) } while try scanner.nextElement()
        case .object: try walkObject(&scanner, isSecret: isSecret, into: &ranges)
        default: try scanner.skipValue()
        }
    }

    private static func walkObject(
        _ scanner: inout JSONScanner, isSecret: Bool, into ranges: inout [Range<Int>]
    ) throws(JSONError) {
        guard try scanner.beginObject() else { return }
        var holdsSecretKey = false
        var value: Int?
        repeat {
            let name = try scanner.memberName()
            let kind = try scanner.peek()
            if name.equals("key"), kind == .string, !isSecret {
                let key = try scanner.string()
                holdsSecretKey = key.withUnescaped { SecretNames.isSecret($0) }
            } else {
                if name.equals("value") { value = scanner.position }
                let isSecret = isSecret || name.withUnescaped { SecretNames.isSecret($0) }
                try walk(&scanner, isSecret: isSecret, into: &ranges)
            }
        } while try scanner.nextMember()
        if holdsSecretKey, let value {
            var again = scanner
            again.position = value
            try walk(&again, isSecret: true, into: &ranges)
        }
    }
}

extension SpanFacts {
    /// A copy of the bytes of a JSON span or record that stand in `range`, with the values of secret names masked.
    func maskedCopy(_ range: Range<Int>) -> [UInt8] {
        var bytes = Array(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
        guard !secrets.isEmpty || !structured.isEmpty else { return bytes }
        bytes.withUnsafeMutableBytes { bytes in
            for value in secrets { mask(value, isSecret: true, in: bytes, of: range) }
            for value in structured { mask(value, isSecret: false, in: bytes, of: range) }
        }
        return bytes
    }

    private func mask(
        _ value: WireValue, isSecret: Bool, in bytes: UnsafeMutableRawBufferPointer, of range: Range<Int>
    ) {
        let start = value.start - range.lowerBound
        guard start >= 0, start + value.count <= bytes.count else { return }
        let part = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + value.count])
        switch value.kind {
        case .text, .escapedText: for index in part.indices { part[index] = SecretMask.star }
        case .json, .otlpJSON: JSONMask.mask(part, isSecret: isSecret)
        default: break
        }
    }
}
