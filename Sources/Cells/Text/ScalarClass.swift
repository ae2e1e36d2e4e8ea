/// What a terminal may do with a scalar, and what we do with it instead where it is harmful.
enum ScalarClass: Equatable {
    /// One column.
    case narrow
    /// Two columns.
    case wide
    /// No column of its own: it changes the scalar before it.
    case zero
    /// Shown as this scalar instead, in one column.
    case replaced(UInt32)
    /// A tag (U+E0000–E007F): a run of them is shown as one U+FFFD, for they can carry text no one sees.
    case tag

    static func of(_ scalar: UInt32) -> ScalarClass {
        switch scalar {
        case 0x20..<0x7F: return .narrow
        case 0x0A, 0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029: return .replaced(0x21B5)
        case 0x09: return .replaced(0x20)
        case 0..<0x20: return .replaced(0x2400 + scalar)
        case 0x7F: return .replaced(0x2421)
        case 0x80..<0xA0: return .replaced(0xFFFD)
        case 0xAD: return .replaced(0xB7)
        case 0xA0..<0x300: return .narrow
        default: return ofHigher(scalar)
        }
    }

    /// The columns of a scalar that is common, stands for itself, and neither joins the scalar before it nor, if that is such
    /// a one, is joined by the one after it: 1 or 2; 0 for all others. Between two of them is always a border of characters.
    static func simpleWidth(_ scalar: UInt32) -> Int {
        switch scalar {
        case 0x20..<0x7F, 0xA1..<0xAD, 0xAE..<0x300, 0x370...0x377, 0x37A...0x37F, 0x391...0x3A1, 0x3A3...0x482,
            0x48A...0x52F:
            return 1
        // Punctuation, arrows, lines, blocks, Braille.
        case 0x2010...0x2027, 0x2030...0x205E, 0x2190...0x21FF, 0x2500...0x25FC, 0x2800...0x28FF: return 1
        case 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF: return 2
        default: return 0
        }
    }

    private static func ofHigher(_ scalar: UInt32) -> ScalarClass {
        switch scalar {
        // Direction marks, embeddings, overrides and isolates; deprecated format characters.
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x206F: return .replaced(0xFFFD)
        // Invisible: grapheme joiner, Hangul fillers, vowel separator, zero-width spaces and operators, annotations.
        case 0x034F, 0x115F, 0x1160, 0x180E, 0x200B, 0x2060...0x2065, 0x3164, 0xFEFF, 0xFFA0, 0xFFF9...0xFFFB,
            0x1BCA0...0x1BCA3, 0x1D173...0x1D17A:
            return .replaced(0xB7)
        case 0xE0000...0xE007F: return .tag
        default: break
        }
        switch simpleWidth(scalar) {
        case 1: return .narrow
        case 2: return .wide
        default: break
        }
        if contains(WidthTable.zero, scalar) { return .zero }
        if contains(WidthTable.wide, scalar) { return .wide }
        return contains(WidthTable.hidden, scalar) ? .replaced(0xFFFD) : .narrow
    }

    /// Whether a sorted list of first and last scalars holds `scalar`.
    private static func contains(_ ranges: [UInt32], _ scalar: UInt32) -> Bool {
        ranges.withUnsafeBufferPointer { ranges in
            var low = 0
            var high = ranges.count / 2
            while low < high {
                let middle = (low + high) / 2
                if scalar > ranges[2 * middle + 1] {
                    low = middle + 1
                } else if scalar < ranges[2 * middle] {
                    high = middle
                } else {
                    return true
                }
            }
            return false
        }
    }
}
