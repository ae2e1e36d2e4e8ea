import Display
import SpanCodec

/// What goes to the clipboard: the text itself, byte for byte, but for secrets that are known.
struct CopiedText: Hashable, Sendable {
    let text: String
    /// In words, for whoever copied it: what was masked, and what a terminal would obey if it is pasted there.
    let what: String

    init(_ text: String, _ what: String, _ scanner: SecretScanner) {
        let (masked, count) = scanner.masked(text)
        self.text = masked
        var notes = count == 0 ? [] : ["\(Figure.count(count, "secret")) masked"]
        if Self.holdsControls(masked) { notes.append("control characters and all") }
        self.what = notes.isEmpty ? what : "\(what) (\(notes.joined(separator: ", ")))"
    }

    /// Whether a terminal would obey something in it, or read it the other way round: all but tabs and line ends.
    private static func holdsControls(_ text: String) -> Bool {
        var last: UInt32 = 0
        for scalar in text.unicodeScalars {
            if last == 0x0D, scalar != "\n" { return true }
            last = scalar.value
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: continue
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: return true
            default: continue
            }
        }
        return last == 0x0D
    }
}
