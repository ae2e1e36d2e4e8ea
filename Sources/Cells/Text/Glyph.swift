/// What one cell can show: a harmless piece of text with its width.
///
/// All text reaches a grid as glyphs, so this is the one place where what a model wrote is made harmless (docs/codebase.md):
/// control characters, escape, C1, direction marks and overrides, line separators, tags, private and unassigned scalars
/// become visible signs (␛, ↵, ·, U+FFFD). A mark without a base gets a dotted circle.
struct Glyph: Equatable {
    var low: UInt64
    var high: UInt64
    /// 1 or 2.
    var width: Int

    static let space = Glyph(ascii: 0x20)
    static let ellipsis = Glyph(scalar: 0x2026, width: 1)

    init(ascii: UInt8) {
        low = UInt64(ascii)
        high = 0
        width = 1
    }

    init(scalar: UInt32, width: Int) {
        low = 0
        high = 0
        self.width = width
        _ = append(scalar)
    }

    /// Adds a scalar if its bytes fit.
    mutating func append(_ scalar: UInt32) -> Bool {
        let (bytes, length) = Glyph.encode(scalar)
        let count = self.count
        guard count + length <= 16 else { return false }
        if count < 8 {
            low |= bytes << UInt64(8 * count)
            // What did not fit into the low word goes into the high one; a shift by 64 gives 0.
            high |= bytes >> UInt64(64 - 8 * count)
        } else {
            high |= bytes << UInt64(8 * (count - 8))
        }
        return true
    }

    private var count: Int {
        if low == 0 { return 0 }
        return high == 0 ? 8 - low.leadingZeroBitCount / 8 : 16 - high.leadingZeroBitCount / 8
    }

    /// The UTF-8 bytes of a scalar, the first in the lowest byte, and their number.
    private static func encode(_ scalar: UInt32) -> (bytes: UInt64, length: Int) {
        let value = UInt64(scalar)
        switch scalar {
        case 0..<0x80: return (value, 1)
        case 0x80..<0x800: return (0xC0 | value >> 6 | (0x80 | value & 0x3F) << 8, 2)
        case 0x800..<0x10000:
            return (0xE0 | value >> 12 | (0x80 | value >> 6 & 0x3F) << 8 | (0x80 | value & 0x3F) << 16, 3)
        default:
            let tail = (0x80 | value >> 6 & 0x3F) << 16 | (0x80 | value & 0x3F) << 24
            return (0xF0 | value >> 18 | (0x80 | value >> 12 & 0x3F) << 8 | tail, 4)
        }
    }

    /// The glyphs that show `character`: one for nearly all; several where scalars have to be shown apart, as with hidden
    /// tags or with more spacing signs in one cluster than two columns hold.
    static func each(of character: Character, _ body: (Glyph) -> Void) {
        var scalars = character.unicodeScalars.makeIterator()
        guard let first = scalars.next() else { return }
        guard let second = scalars.next() else { return body(single(first.value)) }
        if first == "\r", second == "\n" { return body(Glyph(scalar: 0x21B5, width: 1)) }
        var assembly = GlyphAssembly()
        for scalar in character.unicodeScalars { assembly.add(scalar.value, body) }
        assembly.finish(body)
    }

    private static func single(_ scalar: UInt32) -> Glyph {
        switch ScalarClass.of(scalar) {
        case .narrow: return Glyph(scalar: scalar, width: 1)
        case .wide: return Glyph(scalar: scalar, width: 2)
        case .zero:
            var glyph = Glyph(scalar: 0x25CC, width: 1)
            _ = glyph.append(scalar)
            return glyph
        case .replaced(let other): return Glyph(scalar: other, width: 1)
        case .tag: return Glyph(scalar: 0xFFFD, width: 1)
        }
    }
}

/// Joins the scalars of one grapheme cluster to glyphs.
private struct GlyphAssembly {
    private var glyph: Glyph?
    private var previous: UInt32 = 0
    private var inTags = false
    private var isFull = false

    mutating func add(_ scalar: UInt32, _ body: (Glyph) -> Void) {
        defer { previous = scalar }
        let kind = ScalarClass.of(scalar)
        if kind != .tag { inTags = false }
        switch kind {
        case .tag:
            if !inTags { start(Glyph(scalar: 0xFFFD, width: 1), body) }
            inTags = true
        case .replaced(let other): start(Glyph(scalar: other, width: 1), body)
        case .zero: join(scalar)
        case .narrow, .wide: addSpacing(scalar, width: kind == .wide ? 2 : 1, body)
        }
    }

    mutating func finish(_ body: (Glyph) -> Void) {
        if let glyph { body(glyph) }
        glyph = nil
    }

    private mutating func start(_ next: Glyph, _ body: (Glyph) -> Void) {
        finish(body)
        glyph = next
        isFull = false
    }

    /// A mark: joined to what it changes. An emoji asked for by U+FE0F takes two columns.
    private mutating func join(_ scalar: UInt32) {
        if glyph == nil { glyph = Glyph(scalar: 0x25CC, width: 1) }
        // One mark that does not fit ends the cluster: a later, shorter one must not take its place.
        isFull = isFull || glyph?.append(scalar) != true
        if scalar == 0xFE0F, previous >= 0xA9 || (0x23...0x39).contains(previous) { glyph?.width = 2 }
    }

    private mutating func addSpacing(_ scalar: UInt32, width: Int, _ body: (Glyph) -> Void) {
        guard var current = glyph else { return start(Glyph(scalar: scalar, width: width), body) }
        let isTone = (0x1F3FB...0x1F3FF).contains(scalar)
        let isFlag = isRegionalIndicator(scalar) && isRegionalIndicator(previous)
        if isTone || isFlag || previous == 0x200D {
            if !isFull { isFull = !current.append(scalar) }
            // A skin tone leaves the width; a flag and a joined emoji take two columns.
            if !isTone { current.width = isFlag ? 2 : max(current.width, width) }
            glyph = current
        } else if current.width + width <= 2, !isFull, current.append(scalar) {
            current.width += width
            glyph = current
        } else {
            start(Glyph(scalar: scalar, width: width), body)
        }
    }

    private func isRegionalIndicator(_ scalar: UInt32) -> Bool { (0x1F1E6...0x1F1FF).contains(scalar) }
}
