extension SpanFilter.TextPattern {
    /// Whether the whole text matches: `*` stands for any run of characters; letter case and normal form do not count.
    public func matches(_ text: String) -> Bool {
        let text = FoldedText(text).bytes
        let pattern = FoldedText(pattern).bytes
        let pieces = pattern.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
        guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return text == pattern }
        guard text.count >= first.count + last.count, text.starts(with: first),
            text.suffix(last.count).elementsEqual(last)
        else { return false }
        // What is found earliest leaves the most room for the rest.
        var place = first.count
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            let search = ByteSearch(Array(piece))
            guard let found = search.first(in: text, from: place) else { return false }
            place = found + search.count
        }
        return place <= text.count - last.count
    }
}
