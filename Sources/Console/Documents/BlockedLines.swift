/// Lines in blocks. A block's lines may come later, when they are looked at; until then it is so many blank ones.
struct BlockedLines: Sendable {
    /// A line told by its block, so that it is found again when other blocks have grown.
    struct Place: Hashable, Sendable {
        let block: Int
        let offset: Int
    }

    private var blocks: [[TextLine]]
    private var counts: LineCounts

    /// Makes one block of lines.
    init(_ lines: [TextLine] = []) {
        blocks = [lines]
        counts = LineCounts([lines.count])
    }

    var count: Int { counts.total }
    var isEmpty: Bool { count == 0 }
    var blockCount: Int { blocks.count }

    subscript(line: Int) -> TextLine {
        let place = place(of: line)
        let own = blocks[place.block]
        return place.offset < own.count ? own[place.offset] : .blank
    }

    func place(of line: Int) -> Place {
        let block = counts.block(at: line)
        return Place(block: block, offset: line - counts.start(of: block))
    }

    /// The line of a place; in a block that has become shorter its last one.
    func line(at place: Place) -> Int {
        counts.start(of: place.block) + max(0, min(place.offset, counts[place.block] - 1))
    }

    func start(of block: Int) -> Int { counts.start(of: block) }

    /// The lines of a block, none before they are put in.
    func lines(of block: Int) -> [TextLine] { blocks[block] }

    mutating func put(_ lines: [TextLine], at block: Int) {
        blocks[block] = lines
        counts[block] = lines.count
    }

    /// Arranges the blocks anew.
    /// - Parameters:
    ///   - origins: for each block which one it was; `nil` for one that is new.
    ///   - count: the lines that a new one takes.
    mutating func arrange(_ origins: [Int?], count: (Int) -> Int) {
        let old = (blocks, counts)
        blocks = origins.map { origin in origin.map { old.0[$0] } ?? [] }
        counts = LineCounts(origins.enumerated().map { block, origin in origin.map { old.1[$0] } ?? count(block) })
    }
}
