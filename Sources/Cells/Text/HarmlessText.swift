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
