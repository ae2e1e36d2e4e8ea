internal import Cells

/// What a terminal answers when it is asked for its background: `11;rgb:RRRR/GGGG/BBBB`, one to four digits each, as X11
/// writes colours; some add a share of opacity.
enum BackgroundAnswer {
    static func color(of answer: String) -> Color? {
        guard let start = ["11;rgb:", "11;rgba:"].first(where: answer.hasPrefix) else { return nil }
        let parts = answer.dropFirst(start.count).split(separator: "/", omittingEmptySubsequences: false)
        let levels = parts.compactMap(level)
        guard levels.count == parts.count, levels.count == (start.hasSuffix("a:") ? 4 : 3) else { return nil }
        return Color(red: levels[0], green: levels[1], blue: levels[2])
    }

    /// A share of all that so many digits can say.
    private static func level(_ digits: Substring) -> UInt8? {
        guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
            let value = UInt32(digits, radix: 16)
        else { return nil }
        let most = UInt32(1) << UInt32(4 * digits.utf8.count) - 1
        return UInt8(clamping: (value * 255 + most / 2) / most)
    }
}
