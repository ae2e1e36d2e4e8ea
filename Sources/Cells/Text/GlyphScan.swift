/// The characters of a text, one after another, as what is drawn of them.
///
/// Nearly all text is of scalars that stand for themselves (`ScalarClass.simpleWidth`), for which finding the borders of
/// characters by Unicode's rules would be most of the work; only where another kind comes is the whole character looked at.
enum GlyphScan {
    /// One character.
    enum Element {
        /// A scalar that stands for itself, and its columns.
        case simple(UInt32, Int)
        /// Any other character.
        case complex(Character)
    }

    /// Calls `body` for each character until it returns false.
    static func each(of text: some StringProtocol, _ body: (Element) -> Bool) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
            scan(text, bytes, body)
        }
        if done == nil {
            for character in text where !body(.complex(character)) { return }
        }
    }

    private static func scan(
        _ text: some StringProtocol, _ bytes: UnsafeBufferPointer<UInt8>, _ body: (Element) -> Bool
    ) {
        var offset = 0
        var (scalar, length) = decode(bytes, 0)
        var width = ScalarClass.simpleWidth(scalar)
        while offset < bytes.count {
            let (next, nextLength) = decode(bytes, offset + length)
            let nextWidth = ScalarClass.simpleWidth(next)
            if width > 0, nextWidth > 0 || nextLength == 0 {
                guard body(.simple(scalar, width)) else { return }
                offset += length
                (scalar, length, width) = (next, nextLength, nextWidth)
                continue
            }
            let index = text.utf8.index(text.startIndex, offsetBy: offset)
            let character = text[index]
            guard body(.complex(character)) else { return }
            offset += character.utf8.count
            (scalar, length) = decode(bytes, offset)
            width = ScalarClass.simpleWidth(scalar)
        }
    }

    /// The scalar at an offset of valid UTF-8 and its length; length 0 at the end.
    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> (UInt32, Int) {
        guard offset < bytes.count else { return (0, 0) }
        let first = UInt32(bytes[offset])
        func tail(_ place: Int) -> UInt32 { UInt32(bytes[offset + place]) & 0x3F }
        if first < 0x80 { return (first, 1) }
        if first < 0xE0 { return ((first & 0x1F) << 6 | tail(1), 2) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3) }
        return ((first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
    }
}
