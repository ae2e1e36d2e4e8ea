/// A text cut into lines as git cuts them: each ends with its line feed, the last one perhaps without.
struct LineTable: Sendable {
    /// The text's UTF-8.
    let bytes: [UInt8]
    /// The lines, terminators included.
    let lines: [Range<Int>]

    init(_ text: String) {
        self.bytes = Array(text.utf8)
        var lines: [Range<Int>] = []
        var start = 0
        bytes.withUnsafeBufferPointer { bytes in
            for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
                lines.append(start..<(index + 1))
                start = index + 1
            }
        }
        if start < bytes.count { lines.append(start..<bytes.count) }
        self.lines = lines
    }

    /// A line's text without its terminator (a line feed, or carriage return and line feed).
    func text(_ line: Int) -> String { String(decoding: bytes[content(line)], as: UTF8.self) }

    /// Where a line's text lies without its terminator.
    func content(_ line: Int) -> Range<Int> {
        let range = lines[line]
        return range.lowerBound..<(range.upperBound - terminator(line).count)
    }

    /// A line's terminator; empty for a last line without one.
    func terminator(_ line: Int) -> ArraySlice<UInt8> {
        let range = lines[line]
        guard range.upperBound > range.lowerBound, bytes[range.upperBound - 1] == UInt8(ascii: "\n") else { return [] }
        let isPair = range.count > 1 && bytes[range.upperBound - 2] == UInt8(ascii: "\r")
        return bytes[(range.upperBound - (isPair ? 2 : 1))..<range.upperBound]
    }

    /// How many letters and digits of a line there are, counted in bytes; what makes a line worth recognising.
    func weight(_ line: Int) -> Int {
        bytes[lines[line]].reduce(0) { $1 >= 0x80 || isAlphanumeric($1) ? $0 + 1 : $0 }
    }

    /// Whether a line holds nothing but white space.
    func isBlank(_ line: Int) -> Bool {
        bytes[lines[line]].allSatisfy { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }
    }

    private func isAlphanumeric(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    /// Numbers for the lines of two texts: equal lines, byte for byte, have equal numbers.
    ///
    /// - Parameter ignoresTerminators: whether lines that only end differently are equal.
    static func numbers(
        _ old: LineTable, _ new: LineTable, ignoresTerminators: Bool = false
    ) -> (old: [Int], new: [Int]) {
        var known: [ArraySlice<UInt8>: Int] = [:]
        known.reserveCapacity(old.lines.count + new.lines.count)
        func numbers(_ table: LineTable) -> [Int] {
            table.lines.indices.map { line in
                let range = ignoresTerminators ? table.content(line) : table.lines[line]
                let next = known.count
                return known[table.bytes[range], default: next, setting: next]
            }
        }
        return (numbers(old), numbers(new))
    }
}

extension Dictionary {
    /// The value of a key, which becomes `new` when there was none.
    fileprivate subscript(key: Key, default absent: Value, setting new: Value) -> Value {
        mutating get {
            if let value = self[key] { return value }
            self[key] = new
            return absent
        }
    }
}
