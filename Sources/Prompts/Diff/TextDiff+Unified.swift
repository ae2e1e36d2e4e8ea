extension TextDiff {
    /// The diff as a patch that `git apply` takes, forwards and with `-R`, byte for byte; empty when nothing differs.
    ///
    /// - Parameters:
    ///   - path: the file's path, the same on both sides, as git names it (`fallom/prompts/p/1/system.txt`).
    ///   - context: how many unchanged lines stand around a change.
    public func unified(path: String, context: Int = 3) -> [UInt8] {
        let hunks = lineHunks(context: context)
        guard !hunks.isEmpty else { return [] }
        let (oldName, newName) = (Self.quoted("a/" + path), Self.quoted("b/" + path))
        var patch = Array("diff --git \(oldName) \(newName)\n--- \(oldName)\n+++ \(newName)\n".utf8)
        for hunk in hunks { append(hunk, to: &patch) }
        return patch
    }

    /// Stretches of the line script with what is around them.
    private func lineHunks(context: Int) -> [[SequenceDiff.Run]] {
        var hunks: [[SequenceDiff.Run]] = []
        let runs = script.runs
        for (index, run) in runs.enumerated() {
            guard run.isEqual else {
                if hunks.isEmpty { hunks.append([]) }
                hunks[hunks.count - 1].append(run)
                continue
            }
            let isFirst = index == 0
            let isLast = index == runs.count - 1
            if !isFirst, !isLast, run.old.count <= 2 * context {
                hunks[hunks.count - 1].append(run)
                continue
            }
            if !isFirst { hunks[hunks.count - 1].append(run.prefix(context)) }
            if !isLast { hunks.append([run.suffix(context)]) }
        }
        return hunks.filter { $0.contains { !$0.isEqual } }
    }

    private func append(_ hunk: [SequenceDiff.Run], to patch: inout [UInt8]) {
        guard let first = hunk.first, let last = hunk.last else { return }
        let oldRange = first.old.lowerBound..<last.old.upperBound
        let newRange = first.new.lowerBound..<last.new.upperBound
        patch += Array("@@ -\(Self.place(oldRange)) +\(Self.place(newRange)) @@\n".utf8)
        for run in hunk {
            if run.isEqual {
                for line in run.old { append(UInt8(ascii: " "), old, line, to: &patch) }
            } else {
                for line in run.old { append(UInt8(ascii: "-"), old, line, to: &patch) }
                for line in run.new { append(UInt8(ascii: "+"), new, line, to: &patch) }
            }
        }
    }

    private func append(_ sign: UInt8, _ table: LineTable, _ line: Int, to patch: inout [UInt8]) {
        patch.append(sign)
        patch += table.bytes[table.lines[line]]
        if table.terminator(line).isEmpty { patch += Array("\n\\ No newline at end of file\n".utf8) }
    }

    /// A hunk's place: an empty one is named by the line before it.
    private static func place(_ range: Range<Int>) -> String {
        let start = range.isEmpty ? range.lowerBound : range.lowerBound + 1
        return range.count == 1 ? "\(start)" : "\(start),\(range.count)"
    }

    /// A path as git writes it: in quotes with escapes where it holds quotes, backslashes, control or non-ASCII bytes.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain { return path }
        var text = "\""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7F: text += String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 8)
                text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
        return text + "\""
    }
}

extension SequenceDiff.Run {
    fileprivate func prefix(_ count: Int) -> Self {
        Self(
            old: old.lowerBound..<min(old.upperBound, old.lowerBound + count),
            new: new.lowerBound..<min(new.upperBound, new.lowerBound + count), isEqual: isEqual)
    }

    fileprivate func suffix(_ count: Int) -> Self {
        Self(
            old: max(old.lowerBound, old.upperBound - count)..<old.upperBound,
            new: max(new.lowerBound, new.upperBound - count)..<new.upperBound, isEqual: isEqual)
    }
}
