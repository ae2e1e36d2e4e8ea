/// One place of a grid: what stands there, how wide it is, and how it looks.
///
/// The text is one grapheme cluster, kept inline as at most 16 bytes of UTF-8, so that a grid is one flat block of memory
/// that is copied and compared without reference counting. A longer cluster keeps as many whole scalars as fit.
/// A cell two columns wide is always followed by its continuation (width 0, no text); `Grid` keeps it so.
public struct Cell: Hashable, Sendable {
    /// UTF-8 bytes 0–7, the first in the lowest byte; unused bytes are 0.
    var low: UInt64
    /// UTF-8 bytes 8–15.
    var high: UInt64
    /// Colours, attributes and width: see `Cell+Packing.swift`.
    var look: UInt64

    init(low: UInt64, high: UInt64, look: UInt64) {
        self.low = low
        self.high = high
        self.look = look
    }

    /// A space.
    public static let blank = Cell(ascii: 0x20, style: Style())

    /// A cell of one printable ASCII character.
    init(ascii: UInt8, style: Style) {
        self.init(low: UInt64(ascii), high: 0, look: Cell.pack(style, width: 1))
    }

    /// A cell that shows `character`, made harmless (see `Glyph`). A character that is drawn as several glyphs keeps the
    /// first of them.
    public init(_ character: Character, style: Style = Style()) {
        var first: Glyph?
        Glyph.each(of: character) { if first == nil { first = $0 } }
        self.init(first ?? .space, style: style)
    }

    /// A cell that shows a glyph.
    init(_ glyph: Glyph, style: Style) {
        self.init(low: glyph.low, high: glyph.high, look: Cell.pack(style, width: glyph.width))
    }

    /// The right half of a wide cell that looks like this one.
    var continuation: Cell { Cell(low: 0, high: 0, look: look & ~Cell.widthMask) }

    /// Columns taken: 1, 2, or 0 for the right half of a wide cell.
    public var width: Int { Int((look & Cell.widthMask) >> Cell.widthShift) }

    /// Whether this is the right half of the wide cell to its left.
    public var isContinuation: Bool { look & Cell.widthMask == 0 }

    /// Whether this shows one ASCII character.
    public var isASCII: Bool { low &- 1 < 0x7F && high == 0 }

    /// The grapheme cluster; empty for a continuation.
    public var text: String {
        withUTF8 { String(decoding: $0, as: UTF8.self) }
    }

    /// How the cell looks.
    public var style: Style {
        get { Cell.unpack(look) }
        set { look = Cell.pack(newValue, width: width) }
    }

    /// What stands in the cell, as a key for tables.
    public struct TextKey: Hashable, Sendable {
        fileprivate var low: UInt64
        fileprivate var high: UInt64
        fileprivate var width: UInt8
    }

    /// Equal for cells of the same text and width.
    public var textKey: TextKey { TextKey(low: low, high: high, width: UInt8(truncatingIfNeeded: width)) }

    /// A number that is equal for equal styles: a key for tables.
    public var styleKey: UInt64 { styleBits }

    /// Calls `body` with the UTF-8 bytes of the text, without making a string.
    public func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { bytes in
            let count = low == 0 ? 0 : (high == 0 ? Cell.used(low) : 8 + Cell.used(high))
            return bytes.withMemoryRebound(to: UInt8.self) { body(UnsafeBufferPointer(rebasing: $0[..<count])) }
        }
    }

    private static func used(_ word: UInt64) -> Int { 8 - word.leadingZeroBitCount / 8 }
}
