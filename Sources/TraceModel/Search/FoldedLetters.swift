@_spi(_Unicode) import Swift

/// What a character beyond ASCII adds to the runs of a search: its letters without their case, decomposed, a zero in the
/// place of each mark. Two texts that fold to the same have the same parts.
enum FoldedLetters {
    static func of(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        // The planes that hold nearly all letters are worked out once.
        let code = Int(scalar.value)
        return code < table.count ? table[code] : computed(scalar)
    }

    private static let table: [[Unicode.Scalar]] = (0..<0x3400).map { code in
        Unicode.Scalar(UInt32(code)).map(computed) ?? []
    }

    private static func computed(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        var parts: [Unicode.Scalar] = []
        for base in String(scalar)._nfd {
            for upper in base.properties.uppercaseMapping.unicodeScalars {
                for lower in upper.properties.lowercaseMapping._nfd {
                    parts.append(lower.properties.canonicalCombiningClass == .notReordered ? part(lower) : "\0")
                }
            }
        }
        return parts
    }

    /// ASCII that a character folds to is treated as ASCII is.
    private static func part(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard scalar.isASCII else { return scalar }
        return "{}[](),:\"\\/'".unicodeScalars.contains(scalar) || scalar.value < 0x20 ? "\0" : scalar
    }
}
