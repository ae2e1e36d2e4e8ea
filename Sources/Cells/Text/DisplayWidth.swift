/// The columns `character` takes on a screen, as `Grid.write` draws it.
///
/// East Asian wide and full-width characters and emoji take 2, ambiguous ones 1; a harmful scalar takes the column of the
/// sign that stands for it. Never 0 but for an empty cluster.
public func displayWidth(of character: Character) -> Int {
    var width = 0
    Glyph.each(of: character) { width += $0.width }
    return width
}

/// The columns `text` takes on one line.
public func displayWidth(of text: some StringProtocol) -> Int {
    displayWidth(of: text, upTo: .max)
}

/// The columns `text` takes, or some number above `limit` where it takes more than that.
func displayWidth(of text: some StringProtocol, upTo limit: Int) -> Int {
    if let width = text.utf8.withContiguousStorageIfAvailable(plainASCIIWidth), width >= 0 { return width }
    var width = 0
    GlyphScan.each(of: text) { element in
        switch element {
        case .simple(_, let columns): width += columns
        case .complex(let character): width += displayWidth(of: character)
        }
        return width <= limit
    }
    return width
}

/// The number of bytes where all are printable ASCII, else -1.
private func plainASCIIWidth(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    for byte in bytes where byte < 0x20 || byte > 0x7E { return -1 }
    return bytes.count
}
