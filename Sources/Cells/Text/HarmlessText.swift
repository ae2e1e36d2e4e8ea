/// `text` as a grid would show it: the same signs in the place of control characters, escape, direction overrides and the
/// like, as plain text for output that goes to a terminal without a grid (`fallom tail`, tables).
public func harmlessText(_ text: some StringProtocol) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(text) }
    var bytes: [UInt8] = []
    for character in text {
        Glyph.each(of: character) { $0.appendBytes(to: &bytes) }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// Data as it may go to a terminal: line ends and tabs stand, whatever else a terminal would obey or hide (escape, C1,
/// direction overrides) is written as `\u001b`, which in JSON means the same. Bytes that are no UTF-8 become U+FFFD.
public func harmlessData(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x09 }) { return bytes }
    var harmless: [UInt8] = []
    harmless.reserveCapacity(bytes.count + 64)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        if isHarmless(scalar) {
            harmless.append(contentsOf: UTF8.encode(scalar) ?? .init())
        } else {
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                harmless.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8)
            }
        }
    }
    return harmless
}

/// Text of several lines made harmless as ``harmlessData(_:)`` does it.
public func harmlessLines(_ text: String) -> String {
    String(decoding: harmlessData(Array(text.utf8)), as: UTF8.self)
}

private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\n" || scalar == "\t" { return true }
    return switch ScalarClass.of(scalar.value) {
    case .narrow, .wide, .zero: true
    case .replaced, .tag: false
    }
}

extension Glyph {
    fileprivate func appendBytes(to bytes: inout [UInt8]) {
        for half in [low, high] {
            var rest = half
            while rest != 0 {
                bytes.append(UInt8(truncatingIfNeeded: rest))
                rest >>= 8
            }
        }
    }
}
