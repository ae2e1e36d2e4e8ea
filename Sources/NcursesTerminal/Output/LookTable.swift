internal import CNcurses
internal import Cells

/// Attributes and colour pairs for styles, made as they are met.
struct LookTable {
    /// What ncurses wants to know of a style.
    struct Look {
        var attributes: attr_t
        var pair: Int32
    }

    private struct ColorPair: Hashable {
        var foreground: Int32
        var background: Int32
    }

    private let depth: ColorDepth
    /// Pairs there are; 0 is the terminal's own.
    private let limit: Int
    private let hasDefault: Bool
    /// By `Cell.styleKey`.
    private var looks: [UInt64: Look] = [:]
    private var pairs: [ColorPair: Int32] = [:]
    private var indices: [Color: Int32] = [:]
    /// Whether pairs ran out and numbers were given anew: cells drawn before look wrong until they are drawn again.
    private(set) var isStale = false

    init(depth: ColorDepth, pairs: Int, hasDefault: Bool) {
        self.depth = depth
        limit = pairs
        self.hasDefault = hasDefault
    }

    mutating func look(of cell: Cell) -> Look {
        let key = cell.styleKey
        if let known = looks[key] { return known }
        let style = cell.style
        let look = Look(attributes: attributes(style.attributes), pair: pair(style))
        looks[key] = look
        return look
    }

    /// Forgets that numbers were given anew, because all is about to be drawn.
    mutating func markFresh() { isStale = false }

    private func attributes(_ set: Style.Attributes) -> attr_t {
        var result: attr_t = 0
        if set.contains(.bold) { result |= fallom_bold() }
        if set.contains(.dim) { result |= fallom_dim() }
        if set.contains(.italic) { result |= fallom_italic() }
        if set.contains(.underline) { result |= fallom_underline() }
        if set.contains(.reverse) { result |= fallom_reverse() }
        return result
    }

    private mutating func pair(_ style: Style) -> Int32 {
        guard depth != .none else { return 0 }
        let wanted = colors(style)
        if wanted == ColorPair(foreground: -1, background: -1) { return 0 }
        if let known = pairs[wanted] { return known }
        if pairs.count + 1 >= limit {
            pairs = [:]
            looks = [:]
            isStale = true
        }
        let number = Int32(pairs.count + 1)
        guard init_extended_pair(number, wanted.foreground, wanted.background) == OK else { return 0 }
        pairs[wanted] = number
        return number
    }

    private mutating func colors(_ style: Style) -> ColorPair {
        if let text = style.foreground, let ground = style.background,
            let found = Palette.pair(text, on: ground, depth: depth)
        {
            return ColorPair(foreground: Int32(found.text), background: Int32(found.ground))
        }
        return ColorPair(
            foreground: index(style.foreground, instead: 7), background: index(style.background, instead: 0))
    }

    private mutating func index(_ color: Color?, instead: Int32) -> Int32 {
        guard let color else { return hasDefault ? -1 : instead }
        if let known = indices[color] { return known }
        let index: Int32
        if depth == .direct {
            let value = Int32(color.red) << 16 | Int32(color.green) << 8 | Int32(color.blue)
            // Direct terminals keep 1–7 for the colours of ANSI; these blues are as good as black.
            index = value < 8 ? 0 : value
        } else {
            index = Int32(Palette.nearest(to: color, depth: depth) ?? Int(instead))
        }
        indices[color] = index
        return index
    }
}
