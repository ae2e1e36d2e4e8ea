/// Turns a line script into rows, with word marks inside what changed.
struct RowBuilder {
    let old: LineTable
    let new: LineTable
    var moves: [DiffMove] = []
    private(set) var rows: [DiffRow] = []
    private(set) var isCoarse = false
    private(set) var placeholderPairs: [(old: String, new: String)] = []

    /// Up to how many bytes of both sides a region is compared word by word.
    private static let largestRegion = 128 * 1024

    init(old: LineTable, new: LineTable) {
        self.old = old
        self.new = new
    }

    /// Makes the rows.
    mutating func build(_ script: SequenceDiff) {
        rows.reserveCapacity(max(old.lines.count, new.lines.count))
        var oldMove: [Int: Int] = [:]
        var newMove: [Int: Int] = [:]
        for (index, move) in moves.enumerated() {
            for line in move.old { oldMove[line] = index }
            for line in move.new { newMove[line] = index }
        }
        for run in joined(script.runs) {
            if run.isEqual {
                for (left, right) in zip(run.old, run.new) { rows.append(equalRow(left, right)) }
            } else {
                buildRegion(run, oldMove, newMove)
            }
        }
    }

    /// Joins changes that only blank lines separate: which blank line stayed means nothing, and paragraphs should be
    /// compared with their likes.
    private func joined(_ runs: [SequenceDiff.Run]) -> [SequenceDiff.Run] {
        var joined: [SequenceDiff.Run] = []
        for (index, run) in runs.enumerated() {
            let isBridge =
                run.isEqual && index > 0 && index + 1 < runs.count && run.old.allSatisfy { old.isBlank($0) }
            if let last = joined.last, !last.isEqual, isBridge || !run.isEqual {
                joined[joined.count - 1] = SequenceDiff.Run(
                    old: last.old.lowerBound..<run.old.upperBound, new: last.new.lowerBound..<run.new.upperBound,
                    isEqual: false)
            } else {
                joined.append(run)
            }
        }
        return joined
    }

    private mutating func buildRegion(_ run: SequenceDiff.Run, _ oldMove: [Int: Int], _ newMove: [Int: Int]) {
        let oldLines = run.old.filter { oldMove[$0] == nil }
        let newLines = run.new.filter { newMove[$0] == nil }
        let size = (oldLines.map { old.lines[$0].count } + newLines.map { new.lines[$0].count }).reduce(0, +)
        var region: RegionDiff?
        if !oldLines.isEmpty, !newLines.isEmpty {
            if size <= Self.largestRegion { region = RegionDiff(old, oldLines, new, newLines) } else { isCoarse = true }
        }
        if region?.isCoarse == true { isCoarse = true }
        placeholderPairs += region?.placeholderPairs ?? []
        let sides = RegionSides(region, old, oldLines, new, newLines)
        var (left, right) = (run.old.lowerBound, run.new.lowerBound)
        var made: [DiffRow] = []
        func alone(_ oldEnd: Int, _ newEnd: Int) {
            while left < oldEnd {
                made.append(single(left, isOld: true, oldMove, sides))
                left += 1
            }
            while right < newEnd {
                made.append(single(right, isOld: false, newMove, sides))
                right += 1
            }
        }
        for pair in region?.pairs ?? [] {
            alone(pair.old, pair.new)
            made.append(pairRow(pair.old, pair.new, sides))
            (left, right) = (pair.old + 1, pair.new + 1)
        }
        alone(run.old.upperBound, run.new.upperBound)
        rows += made
    }

    /// A line that has none beside it.
    private func single(_ line: Int, isOld: Bool, _ moves: [Int: Int], _ sides: RegionSides) -> DiffRow {
        let table = isOld ? old : new
        let move = moves[line]
        let segments: [DiffSegment]
        if move != nil {
            segments = whole(table, line, .equal)
        } else {
            segments = (isOld ? sides.old : sides.new)[line] ?? whole(table, line, .changed)
        }
        // Of a paragraph that is only wrapped elsewhere, no word came or went.
        let isWrapped = segments.allSatisfy { $0.mark != .changed } && segments.contains { $0.mark == .equal }
        // The blank line that goes with a moved paragraph is no news beside the move.
        let isMoveGap = table.isBlank(line) && (moves[line - 1] != nil || moves[line + 1] != nil)
        let isQuiet = isWrapped || isMoveGap
        let kind: DiffRow.Kind = move.map { .moved($0) } ?? (isQuiet ? .whitespace : isOld ? .removed : .added)
        let row = diffLine(table, line, segments)
        return DiffRow(kind: kind, old: isOld ? row : nil, new: isOld ? nil : row)
    }

    private func pairRow(_ left: Int, _ right: Int, _ sides: RegionSides) -> DiffRow {
        let oldLine = diffLine(old, left, sides.old[left] ?? [])
        let newLine = diffLine(new, right, sides.new[right] ?? [])
        let marks = Set((oldLine.segments + newLine.segments).map(\.mark))
        let kind: DiffRow.Kind
        if marks.contains(.changed) {
            kind = .changed
        } else {
            let isSame = !marks.contains(.whitespace) && oldLine.terminator == newLine.terminator
            kind = isSame ? .equal : .whitespace
        }
        return DiffRow(kind: kind, old: oldLine, new: newLine)
    }

    private func equalRow(_ left: Int, _ right: Int) -> DiffRow {
        let segments = whole(old, left, .equal)
        return DiffRow(kind: .equal, old: diffLine(old, left, segments), new: diffLine(new, right, segments))
    }

    private func whole(_ table: LineTable, _ line: Int, _ mark: DiffSegment.Mark) -> [DiffSegment] {
        let text = table.text(line)
        return text.isEmpty ? [] : [DiffSegment(text: text, mark: mark)]
    }

    private func diffLine(_ table: LineTable, _ line: Int, _ segments: [DiffSegment]) -> DiffLine {
        let terminator: DiffLine.Terminator =
            switch table.terminator(line).count {
            case 0: .none
            case 1: .lineFeed
            default: .carriageReturnLineFeed
            }
        return DiffLine(number: line + 1, segments: segments, terminator: terminator)
    }
}

/// The segments of a region's lines, by line.
struct RegionSides {
    var old: [Int: [DiffSegment]] = [:]
    var new: [Int: [DiffSegment]] = [:]

    init(_ region: RegionDiff?, _ oldTable: LineTable, _ oldLines: [Int], _ newTable: LineTable, _ newLines: [Int]) {
        guard let region else { return }
        for line in oldLines { old[line] = [] }
        for line in newLines { new[line] = [] }
        Self.collect(oldTable, region.old, region.oldMarks, into: &old)
        Self.collect(newTable, region.new, region.newMarks, into: &new)
    }

    private static func collect(
        _ table: LineTable, _ tokens: [WordComparison.Placed], _ marks: [DiffSegment.Mark],
        into lines: inout [Int: [DiffSegment]]
    ) {
        var index = 0
        while index < tokens.count {
            let (line, mark) = (tokens[index].line, marks[index])
            let content = table.content(line)
            let start = tokens[index].token.range.lowerBound
            var end = start
            while index < tokens.count, tokens[index].line == line, marks[index] == mark {
                end = tokens[index].token.range.upperBound
                index += 1
            }
            let range = start..<max(start, min(end, content.upperBound))
            guard !range.isEmpty else { continue }
            lines[line, default: []].append(
                DiffSegment(text: String(decoding: table.bytes[range], as: UTF8.self), mark: mark))
        }
    }
}
