extension SpanFilter.TextPattern {
    /// Whether the whole text matches: `*` stands for any run of bytes, ASCII letters match in either case.
    ///
    /// Bytes are compared, not characters: ids that look alike but are written differently are different.
    public func matches(_ text: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        var patternAt = 0
        var textAt = 0
        // Where to go back to when the text after a star turns out not to fit: one byte further each time.
        var retry: (pattern: Int, text: Int)?
        while textAt < text.count {
            if patternAt < pattern.count, pattern[patternAt] == UInt8(ascii: "*") {
                patternAt += 1
                retry = (patternAt, textAt)
            } else if patternAt < pattern.count, folded(pattern[patternAt]) == folded(text[textAt]) {
                patternAt += 1
                textAt += 1
            } else if let again = retry {
                retry = (again.pattern, again.text + 1)
                patternAt = again.pattern
                textAt = again.text + 1
            } else {
                return false
            }
        }
        return pattern[patternAt...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// A test of whether a text holds `needle` anywhere, ASCII case ignored, nothing in it special.
    static func holding(_ needle: String) -> (String) -> Bool {
        let needle = needle.utf8.map(folded)
        return { haystack in
            guard let first = needle.first else { return true }
            let bytes = Array(haystack.utf8)
            guard bytes.count >= needle.count else { return false }
            return (0...(bytes.count - needle.count)).contains { start in
                folded(bytes[start]) == first
                    && needle.indices.allSatisfy { folded(bytes[start + $0]) == needle[$0] }
            }
        }
    }
}

private func folded(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
}
