/// How a style and a width share one word: bits 0–24 foreground (bit 24: present), 25–49 background (bit 49: present),
/// 50–57 attributes, 58–59 width, 60–63 bold, dim, italic and underline of the ground, which show through text written on it.
extension Cell {
    static let foregroundMask: UInt64 = 0x1FF_FFFF
    static let backgroundMask: UInt64 = 0x1FF_FFFF << 25
    static let attributesMask: UInt64 = 0xFF << 50
    static let widthMask: UInt64 = 3 << 58
    static let widthShift: UInt64 = 58
    static let reverseBit: UInt64 = UInt64(Style.Attributes.reverse.rawValue) << 50
    static let groundMask: UInt64 = 0xF << 60

    static func pack(_ style: Style, width: Int) -> UInt64 {
        pack(style) | UInt64(truncatingIfNeeded: width) << widthShift
    }

    static func pack(_ style: Style) -> UInt64 {
        pack(style.foreground) | pack(style.background) << 25 | UInt64(style.attributes.rawValue) << 50
    }

    static func unpack(_ look: UInt64) -> Style {
        Style(
            foreground: color(look & foregroundMask), background: color((look & backgroundMask) >> 25),
            attributes: Style.Attributes(rawValue: UInt8(truncatingIfNeeded: look >> 50)))
    }

    /// The look of a ground: its attributes are marked as such, beside `reverse`, which shows through by itself.
    static func ground(_ look: UInt64) -> UInt64 { look | (look & groundMask >> 10) << 10 }

    /// The look of text with `look` written over a cell with `beneath`: what the text leaves open shows through. On a reversed
    /// ground the text's colour would be the ground's, so that all of it keeps the one that is there.
    static func layered(_ look: UInt64, over beneath: UInt64) -> UInt64 {
        var result = look
        if look & (1 << 24) == 0 { result |= beneath & foregroundMask }
        if look & (1 << 49) == 0 {
            result |= beneath & (backgroundMask | reverseBit | groundMask) | (beneath & groundMask) >> 10
            if beneath & reverseBit != 0, beneath & (1 << 24) != 0 {
                result = result & ~foregroundMask | beneath & foregroundMask
            }
        }
        return result
    }

    /// Colours, attributes, not the width.
    var styleBits: UInt64 { look & ~Cell.widthMask }

    private static func pack(_ color: Color?) -> UInt64 {
        guard let color else { return 0 }
        return 1 << 24 | UInt64(color.red) << 16 | UInt64(color.green) << 8 | UInt64(color.blue)
    }

    private static func color(_ bits: UInt64) -> Color? {
        guard bits & (1 << 24) != 0 else { return nil }
        return Color(
            red: UInt8(truncatingIfNeeded: bits >> 16), green: UInt8(truncatingIfNeeded: bits >> 8),
            blue: UInt8(truncatingIfNeeded: bits))
    }
}
