/// Sequences of xterm's protocols that ncurses does not send by itself.
struct TerminalModes {
    /// Sent when the screen is taken: bracketed paste and focus reports on, the window's title kept.
    let enter: String
    /// Sent before the screen is given back: all of these and the mouse off, the title as it was.
    let leave: String

    /// - Parameters:
    ///   - speaksXTerm: whether the terminal knows these at all; else both are empty.
    ///   - keepsTitle: whether what ncurses sends keeps the title already, as xterm's own `smcup` does.
    init(speaksXTerm: Bool, keepsTitle: Bool) {
        enter = speaksXTerm ? (keepsTitle ? "" : "\u{1B}[22;0t") + "\u{1B}[?2004h\u{1B}[?1004h" : ""
        leave =
            speaksXTerm
            ? TerminalModes.mouseOff + "\u{1B}[?1004l\u{1B}[?2004l" + (keepsTitle ? "" : "\u{1B}[23;0t") : ""
    }

    /// Clicks, drags and the wheel, told in SGR form.
    static let mouseOn = "\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h"
    static let mouseOff = "\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l"

    /// Asks for the background's colour (OSC 11).
    static let askBackground = "\u{1B}]11;?\u{07}"

    /// Sets the window's title. Control characters end nothing early: they are left out.
    static func title(_ text: String) -> String {
        let printable = text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F..<0xA0 ~= $0.value) }
        let clean = String(String.UnicodeScalarView(printable))
        return "\u{1B}]2;\(clean.prefix(200))\u{07}"
    }

    /// Puts text on the clipboard (OSC 52).
    static func clipboard(_ text: String, through multiplexer: TerminalOptions.Multiplexer? = nil) -> String {
        let sequence = "\u{1B}]52;c;\(base64(Array(text.utf8)))\u{07}"
        guard multiplexer == .screen else { return sequence }
        // GNU screen hands on what stands in a DCS, but forgets the end of a long one and shows the rest as text.
        let bytes = Array(sequence.utf8)
        return stride(from: 0, to: bytes.count, by: mostInPiece).map { start in
            let piece = bytes[start..<min(start + mostInPiece, bytes.count)]
            return "\u{1B}P" + String(decoding: piece, as: UTF8.self) + "\u{1B}\\"
        }.joined()
    }

    /// Bytes that any version of screen takes in one DCS.
    private static let mostInPiece = 240

    /// Base64 with padding (RFC 4648 §4).
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let sextet = Int(bits >> UInt32(18 - 6 * place) & 63)
                out.append(place <= group.count ? alphabet[sextet] : UInt8(ascii: "="))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// A terminfo string without its marks for delays (`$<5>`), which only hardware of old needs.
    static func withoutDelays(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let mark = rest.firstRange(of: "$<"), let end = rest[mark.upperBound...].firstIndex(of: ">") {
            result += rest[..<mark.lowerBound]
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
