/// How many colours a terminal can show.
public enum ColorDepth: Int, CaseIterable, Comparable, Hashable, Sendable {
    /// None: attributes only (`NO_COLOR`, vt100).
    case none
    /// The eight of ANSI.
    case eight
    /// The eight and their bright twins.
    case sixteen
    /// The xterm palette.
    case indexed
    /// Any colour.
    case direct

    /// Fewer colours come first.
    public static func < (left: ColorDepth, right: ColorDepth) -> Bool { left.rawValue < right.rawValue }
}
