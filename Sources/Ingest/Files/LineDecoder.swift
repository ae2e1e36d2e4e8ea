internal import SpanCodec

/// A line that was refused, named by where it stands.
public struct RejectedLine: Hashable, Sendable, CustomStringConvertible {
    /// The file, as it was given.
    public var path: String
    /// The line's number from 1; `nil` where reading began in the middle of a file.
    public var line: Int?
    /// Bytes in front of the offence, in the inflated file.
    public var offset: Int64
    /// The field to blame, when one is.
    public var field: String?
    /// What is wrong, one sentence without a full stop.
    public var reason: String

    /// "spans.ndjson:17: start_time: it is not an ISO 8601 time with a zone".
    public var description: String {
        let place = line.map { "\(path):\($0)" } ?? "\(path), byte \(offset)"
        return place + ": " + (field.map { "\($0): " } ?? "") + reason
    }
}

/// Decodes blocks of lines.
struct LineDecoder: Sendable {
    let decoder: SpanDecoder
    /// The longest line that is decoded.
    let lineLimit: Int

    /// What a block held.
    struct Output {
        var batch = DecodedBatch()
        var rejected: [RejectedLine] = []
        var overlong = 0
        /// Lines that are not blank.
        var lines = 0
    }

    /// Decodes a block; `numbersLines` is false where the count of lines is not known.
    func decode(_ block: LineBlock, path: String, numbersLines: Bool = true) -> Output {
        var output = Output()
        block.bytes.withUnsafeBytes { bytes in
            var start = 0
            var number = block.firstLine
            // A byte order mark is no part of the first line.
            if block.offset == 0 { start = Self.mark(bytes) }
            while start < bytes.count {
                let end = Self.newline(in: bytes, from: start)
                let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                let place = Place(
                    path: path, line: numbersLines ? number : nil, offset: block.offset + Int64(start))
                decode(line, at: place, into: &output)
                start = end + 1
                number += 1
            }
        }
        return output
    }

    /// Decodes a text that is one JSON value over many lines; `nil` when it is none. A value that holds no span at all is
    /// refused once, with what it looks like, however many elements it has.
    func decode(whole bytes: [UInt8], path: String) -> Output? {
        let shape = bytes.withUnsafeBytes {
            ForeignShape.refusal(of: UnsafeRawBufferPointer(rebasing: $0.dropFirst(Self.mark($0))))
        }
        guard let shape else { return nil }
        var output = decoded(whole: bytes, path: path)
        if output.batch.spans.isEmpty, output.batch.contents.isEmpty, !output.rejected.isEmpty,
            output.rejected.allSatisfy({ ForeignShape.isRefusal($0.reason) })
        {
            output.rejected = [RejectedLine(path: path, line: 1, offset: 0, field: nil, reason: shape)]
        }
        return output
    }

    /// The length of a byte order mark.
    private static func mark(_ bytes: UnsafeRawBufferPointer) -> Int {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    private func decoded(whole bytes: [UInt8], path: String) -> Output {
        var output = Output()
        bytes.withUnsafeBytes { bytes in
            let place = Place(path: path, line: 1, offset: 0)
            let text = UnsafeRawBufferPointer(rebasing: bytes[Self.mark(bytes)...])
            output.lines = 1
            decoder.decodeLine(text, into: &output.batch)
            takeRejections(at: place, into: &output)
        }
        return output
    }

    /// Whether the first line that is not blank begins a JSON value and does not end it.
    func beginsUnfinished(_ block: LineBlock) -> Bool {
        var line = block.bytes[...]
        if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        line = line.drop { $0 == 0x0A || $0 == 0x0D || $0 == 0x20 || $0 == 0x09 }.prefix { $0 != 0x0A }
        guard line.first == UInt8(ascii: "{") || line.first == UInt8(ascii: "[") else { return false }
        var batch = DecodedBatch()
        decoder.decodeLine(Array(line), into: &batch)
        return !batch.rejected.isEmpty
    }

    /// The words for a line over the limit.
    func overlong(_ line: OverlongLine, path: String, numbersLines: Bool = true) -> RejectedLine {
        overlong(at: Place(path: path, line: numbersLines ? line.line : nil, offset: line.offset))
    }

    private func overlong(at place: Place) -> RejectedLine {
        RejectedLine(
            path: place.path, line: place.line, offset: place.offset, field: nil,
            reason: "the line is longer than \(lineLimit) bytes")
    }

    private struct Place {
        var path: String
        var line: Int?
        var offset: Int64
    }

    private func decode(_ line: UnsafeRawBufferPointer, at place: Place, into output: inout Output) {
        guard !line.isEmpty, !(line.count == 1 && line[0] == 0x0D) else { return }
        output.lines += 1
        guard line.count <= lineLimit else {
            output.overlong += 1
            return output.rejected.append(overlong(at: place))
        }
        decoder.decodeLine(line, into: &output.batch)
        if !output.batch.rejected.isEmpty { takeRejections(at: place, into: &output) }
    }

    /// Gives the refusals of the last line their place.
    private func takeRejections(at place: Place, into output: inout Output) {
        for rejected in output.batch.rejected {
            output.rejected.append(
                RejectedLine(
                    path: place.path, line: place.line, offset: place.offset + Int64(rejected.offset),
                    field: rejected.field, reason: rejected.reason))
        }
        output.batch.rejected.removeAll(keepingCapacity: true)
    }

    /// The next newline at or behind `start`, else the end.
    private static func newline(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard let base = bytes.baseAddress else { return bytes.count }
        return findByte(0x0A, base + start, bytes.count - start).map { start + $0 } ?? bytes.count
    }
}
