internal import GRDB
internal import TraceModel

/// The layout of the index of texts (docs/search.md).
///
/// A segment is 4,096 sequences, in 64 blocks of 64. For each gram it has a word of 64 bits: the blocks that have a text with
/// that gram. A segment is written whole, once all its sequences are given out; what changes afterwards makes its block
/// stale, and stale blocks are looked into whatever the index says, as are segments that are not there yet.
enum TextIndex {
    static let segmentBits: Int64 = 12
    static let blockBits: Int64 = 6
    /// So many grams' words lie in a row of `text_piece`.
    static let pieceGrams = 256
    static let piecesPerSegment = Int64(SearchGrams.count / pieceGrams)

    static func segment(of sequence: Int64) -> Int64 { sequence >> segmentBits }

    /// The sequences of a segment.
    static func sequences(of segment: Int64) -> ClosedRange<Int64> {
        (segment << segmentBits)...(segment << segmentBits | (1 << segmentBits - 1))
    }

    /// Whether all sequences of a segment are given out.
    static func isComplete(_ segment: Int64, lastSequence: Int64) -> Bool {
        sequences(of: segment).upperBound <= lastSequence
    }
}

/// A segment's words while they are made.
struct TextSegment {
    private(set) var words = [UInt64](repeating: 0, count: SearchGrams.count)

    mutating func add(_ runs: borrowing SearchRuns, sequence: Int64) {
        let block = UInt64(1) << UInt64(sequence >> TextIndex.blockBits & 63)
        words.withUnsafeMutableBufferPointer { words in
            if runs.isOpaque { words[SearchGrams.always] |= block }
            SearchGrams.forEach(in: runs) { words[$0] |= block }
        }
    }

    /// A row of `text_piece`, little-endian; `nil` where no text has one of its grams.
    func piece(_ number: Int) -> [UInt8]? {
        let words = words[number * TextIndex.pieceGrams..<(number + 1) * TextIndex.pieceGrams]
        guard words.contains(where: { $0 != 0 }) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 8)
        for word in words { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
        return bytes
    }
}

extension Database {
    /// Notes that a span says something else than it did, where its segment may be in the index.
    func markTextStale(_ sequence: Int64, _ state: StateRow) throws {
        guard TextIndex.isComplete(TextIndex.segment(of: sequence), lastSequence: state.lastSequence) else { return }
        try run(
            "REPLACE INTO text_stale VALUES (?, ?)", sequence >> TextIndex.blockBits, state.revision + 1)
    }

    /// The span of an id of a trace, by the trace's number.
    func sequence(ofSpan id: String, traceNo: Int64) throws -> Int64? {
        try number("SELECT sequence FROM span WHERE trace_no = ? AND span_id = ?", traceNo, id)
    }

    /// The segments in the index.
    func textSegments() throws -> Set<Int64> {
        Set(try prepared("SELECT no FROM text_segment").rows { $0.int(0) })
    }

    /// The segments that have spans, among those of some sequences, upwards. It takes a look for each that there is, however
    /// far apart they lie: a store may say that its last sequence is any.
    func segmentsWithSpans(_ sequences: ClosedRange<Int64>) throws -> [Int64] {
        var segments: [Int64] = []
        var first = sequences.lowerBound
        while first <= sequences.upperBound,
            let sequence = try number(
                "SELECT min(sequence) FROM span WHERE sequence BETWEEN ? AND ?", first, sequences.upperBound)
        {
            let segment = TextIndex.segment(of: sequence)
            segments.append(segment)
            let last = TextIndex.sequences(of: segment).upperBound
            guard last < sequences.upperBound else { break }
            first = last + 1
        }
        return segments
    }

    /// The newest segment with spans of those at or before a sequence, but for some; they are passed over without a look.
    func newestSegment(through sequence: Int64, besides known: Set<Int64>) throws -> Int64? {
        var last = sequence
        while last >= 0 {
            var segment = TextIndex.segment(of: last)
            while known.contains(segment) { segment -= 1 }
            last = min(last, TextIndex.sequences(of: segment).upperBound)
            guard let found = try number("SELECT max(sequence) FROM span WHERE sequence BETWEEN 0 AND ?", last) else {
                return nil
            }
            segment = TextIndex.segment(of: found)
            if !known.contains(segment) { return segment }
            last = TextIndex.sequences(of: segment).lowerBound - 1
        }
        return nil
    }

    /// About how many spans lie in whole segments that are not in the index yet.
    func unindexedSpans(_ state: StateRow) throws -> Int64 {
        guard let first = try number("SELECT min(sequence) FROM span") else { return 0 }
        let whole = TextIndex.segment(of: state.lastSequence + 1) - TextIndex.segment(of: first)
        let missing = try max(0, whole - (number("SELECT count(*) FROM text_segment") ?? 0))
        return min(state.spans, missing << TextIndex.segmentBits)
    }

    /// The stale blocks of a segment, a bit for each.
    func staleTextBlocks(of segment: Int64) throws -> UInt64 {
        let first = segment << (TextIndex.segmentBits - TextIndex.blockBits)
        return try prepared("SELECT block FROM text_stale WHERE block BETWEEN ? AND ?", first, first + 63)
            .rows { $0.int(0) }.reduce(0) { $0 | 1 << UInt64($1 - first) }
    }

    /// The blocks of a segment that may hold what a plan asks for; all where the segment is not in the index.
    func textCandidates(_ plan: SearchPlan, segment: Int64) throws -> UInt64 {
        guard plan != .any, try number("SELECT 1 FROM text_segment WHERE no = ?", segment) != nil else { return .max }
        let found = try plan.candidates { try textWord($0, segment: segment) }
        return try found | textWord(SearchGrams.always, segment: segment) | staleTextBlocks(of: segment)
    }

    private func textWord(_ gram: Int, segment: Int64) throws -> UInt64 {
        let piece = segment &* TextIndex.piecesPerSegment &+ Int64(gram / TextIndex.pieceGrams)
        return try prepared("SELECT bytes FROM text_piece WHERE no = ?", piece)
            .first { $0.word(0, at: gram % TextIndex.pieceGrams) } ?? 0
    }

    /// The sequences of a segment's candidate blocks, neighbours together, from the first or from the last.
    static func textRanges(_ candidates: UInt64, segment: Int64, descending: Bool) -> [ClosedRange<Int64>] {
        let all = TextIndex.sequences(of: segment)
        guard candidates != .max else { return [all] }
        let size = Int64(1) << TextIndex.blockBits
        var ranges: [ClosedRange<Int64>] = []
        for block in Int64(0)..<64 where candidates >> UInt64(block) & 1 == 1 {
            let first = all.lowerBound + block * size
            if let last = ranges.last, last.upperBound + 1 == first {
                ranges[ranges.count - 1] = last.lowerBound...(first + (size - 1))
            } else {
                ranges.append(first...(first + (size - 1)))
            }
        }
        return descending ? ranges.reversed() : ranges
    }
}
