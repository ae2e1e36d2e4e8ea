/// Tells files that hold no lines at all from files with broken lines, so that a picture given by mistake is one
/// message and not ten thousand.
enum TextCheck {
    /// Why a file that begins like this is refused as a whole; `nil` when it is worth reading line by line.
    static func refusal(of start: [UInt8]) -> String? {
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            return "the file is UTF-16; spans are read as UTF-8"
        }
        guard start.contains(0) else { return nil }
        let looksLikeJSON = start.split(separator: 0x0A).contains { line in
            let first = line.first { $0 != 0x20 && $0 != 0x09 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
            return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        }
        return looksLikeJSON ? nil : "the file is not text: it holds NUL bytes and no line that could be a span"
    }
}
