/// Whole lines out of a file, in one piece of memory.
struct LineBlock: Sendable {
    /// The lines, each with its newline; the last may be without when the file ended there.
    var bytes: [UInt8]
    /// Where the first byte stands in the (inflated) file.
    var offset: Int64
    /// The number of the first line, from 1.
    var firstLine: Int

    /// Where the byte behind the block stands.
    var endOffset: Int64 { offset + Int64(bytes.count) }
}

/// A line that is too long to be read, named by where it begins.
struct OverlongLine: Hashable, Sendable {
    var line: Int
    var offset: Int64
}

/// Cuts bytes as they come into blocks of whole lines, in bounded memory: a line over the limit is skipped to its end.
struct LineAssembler {
    private let limit: Int
    /// The beginning of a line whose end has not come.
    private var carry: [UInt8] = []
    private var isSkipping = false
    /// Where ``carry`` begins.
    private(set) var offset: Int64
    /// The number of the line in ``carry``.
    private(set) var line: Int

    init(limit: Int, offset: Int64 = 0, line: Int = 1) {
        self.limit = limit
        self.offset = offset
        self.line = line
    }

    /// Bytes of a line without an end.
    var pendingBytes: Int { carry.count }

    /// Whether everything up to ``offset`` was given out and nothing is held back.
    var isAtLineStart: Bool { carry.isEmpty && !isSkipping }

    /// What feeding gave.
    struct Output {
        var block: LineBlock?
        var overlong: OverlongLine?
    }

    /// Takes bytes and gives the lines that are whole now.
    mutating func feed(_ bytes: [UInt8]) -> Output {
        var output = Output()
        var rest = bytes[...]
        if isSkipping {
            guard let end = rest.firstIndex(of: 0x0A) else {
                offset += Int64(rest.count)
                return output
            }
            let skipped = end + 1 - rest.startIndex
            offset += Int64(skipped)
            line += 1
            isSkipping = false
            rest = rest.dropFirst(skipped)
        }
        guard let last = Self.lastNewline(in: rest) else {
            carry += rest
            if carry.count > limit { output.overlong = skip() }
            return output
        }
        let whole = rest[...last]
        let block: [UInt8]
        if carry.isEmpty, whole.count == bytes.count {
            block = bytes
        } else if carry.isEmpty {
            block = Array(whole)
        } else {
            block = carry + whole
        }
        output.block = take(block)
        carry = Array(rest[(last + 1)...])
        if carry.count > limit { output.overlong = skip() }
        return output
    }

    /// The last line, which has no newline, when the file is complete.
    mutating func finish() -> LineBlock? {
        guard !carry.isEmpty else { return nil }
        let block = LineBlock(bytes: carry, offset: offset, firstLine: line)
        offset += Int64(carry.count)
        line += 1
        carry = []
        return block
    }

    private mutating func take(_ bytes: [UInt8]) -> LineBlock {
        let block = LineBlock(bytes: bytes, offset: offset, firstLine: line)
        offset += Int64(bytes.count)
        line += bytes.withUnsafeBytes { Self.newlines(in: $0) }
        return block
    }

    private mutating func skip() -> OverlongLine {
        let overlong = OverlongLine(line: line, offset: offset)
        offset += Int64(carry.count)
        carry = []
        isSkipping = true
        return overlong
    }

    private static func lastNewline(in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBufferPointer { buffer in
            var index = buffer.count - 1
            while index >= 0 {
                if buffer[index] == 0x0A { return bytes.startIndex + index }
                index -= 1
            }
            return nil
        }
    }

    private static func newlines(in bytes: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for byte in bytes where byte == 0x0A { count &+= 1 }
        return count
    }
}
