import Cells

/// Breaks text in several looks to lines of a width.
enum RunFlow {
    /// The lines of runs; at least one. A line break in a run's text begins a line.
    static func lines(_ runs: [TextLine.Run], width: Int) -> [[TextLine.Run]] {
        paragraphs(of: runs).flatMap { paragraph in flow(paragraph, width: max(1, width)) }
    }

    private static func paragraphs(of runs: [TextLine.Run]) -> [[TextLine.Run]] {
        var all: [[TextLine.Run]] = [[]]
        for run in runs {
            for (index, part) in run.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
                if index > 0 { all.append([]) }
                guard !part.isEmpty else { continue }
                let text = String(decoding: part, as: UTF8.self)
                let plain =
                    text.utf8.contains(0x09)
                    ? text.split(separator: "\t", omittingEmptySubsequences: false)
                        .joined(separator: "    ") : text
                all[all.count - 1].append(.init(plain, run.role, run.attributes))
            }
        }
        return all
    }

    private static func flow(_ runs: [TextLine.Run], width: Int) -> [[TextLine.Run]] {
        guard let first = runs.first else { return [[]] }
        let plain = runs.count == 1 ? first.text : runs.map(\.text).joined()
        let lines = TextFlow.lines(plain, width: width)
        if lines.count == 1 { return [runs] }
        if runs.count == 1 { return lines.map { [.init($0, first.role, first.attributes)] } }
        return cut(runs, to: lines) ?? lines.map { [.init($0, first.role)] }
    }

    /// Gives each line the looks its bytes have in the runs; `nil` where the lines are not the runs' text.
    private static func cut(_ runs: [TextLine.Run], to lines: [String]) -> [[TextLine.Run]]? {
        var rest = runs.map { ($0, Array($0.text.utf8)) }[...]
        var offset = 0
        var cut: [[TextLine.Run]] = []
        func skipSpaces() {
            while let (_, bytes) = rest.first {
                while offset < bytes.count, bytes[offset] == 0x20 { offset += 1 }
                guard offset == bytes.count else { return }
                rest.removeFirst()
                offset = 0
            }
        }
        for (index, line) in lines.enumerated() {
            if index > 0 { skipSpaces() }
            var wanted = Array(line.utf8)[...]
            var pieces: [TextLine.Run] = []
            while !wanted.isEmpty {
                guard let (run, bytes) = rest.first else { return nil }
                let count = min(bytes.count - offset, wanted.count)
                guard bytes[offset..<offset + count].elementsEqual(wanted.prefix(count)) else { return nil }
                if count > 0 {
                    pieces.append(
                        .init(String(decoding: wanted.prefix(count), as: UTF8.self), run.role, run.attributes))
                }
                wanted = wanted.dropFirst(count)
                offset += count
                if offset == bytes.count {
                    rest.removeFirst()
                    offset = 0
                }
            }
            cut.append(pieces)
        }
        return cut
    }
}
