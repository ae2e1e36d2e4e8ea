/// The rows of an answer in tab separated form, with a mark behind the last: without it the answer is not whole, whatever
/// its status said when it began.
struct ServerRows: Sendable {
    /// How an answer is asked for. A zero byte stands in no field: there it is written as `\0`.
    static let settings = """
        format_custom_escaping_rule = 'Escaped', format_custom_field_delimiter = '\\t', \
        format_custom_row_before_delimiter = '', format_custom_row_after_delimiter = '\\n', \
        format_custom_row_between_delimiter = '', format_custom_result_before_delimiter = '', \
        format_custom_result_after_delimiter = '\\0END\\n'
        """
    private static let mark = Array("\0END\n".utf8)
    /// More are not asked for (`max_result_rows`).
    static let mostRows = 20_000_000

    private let body: [UInt8]
    /// Where each row begins.
    private let starts: [Int]

    /// Takes rows that were written by us.
    init(written body: [UInt8]) {
        self.init(body + Self.mark, checked: ())
    }

    /// Takes an answer; `nil` when it is not whole.
    init?(_ body: [UInt8]) {
        guard body.count >= Self.mark.count, body.suffix(Self.mark.count).elementsEqual(Self.mark) else { return nil }
        self.init(body, checked: ())
        guard count <= Self.mostRows else { return nil }
    }

    private init(_ body: [UInt8], checked: Void) {
        let end = body.count - Self.mark.count
        var starts: [Int] = []
        var at = 0
        while at < end, starts.count <= Self.mostRows {
            starts.append(at)
            at = (body[at..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end) + 1
        }
        self.body = body
        self.starts = starts
    }

    var count: Int { starts.count }

    /// The rows one after the other.
    var all: some Sequence<ServerRow> {
        starts.lazy.map { ServerRow(body, $0) }
    }

    /// The first row.
    var first: ServerRow? { starts.first.map { ServerRow(body, $0) } }
}

/// One row: fields by their number.
struct ServerRow {
    private let body: [UInt8]
    private let fields: [Range<Int>]

    init(_ body: [UInt8], _ start: Int) {
        self.body = body
        var fields: [Range<Int>] = []
        var from = start
        var at = start
        while at < body.count {
            let byte = body[at]
            if byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n") {
                fields.append(from..<at)
                from = at + 1
                if byte == UInt8(ascii: "\n") { break }
            }
            at += 1
        }
        self.fields = fields
    }

    private func isNull(_ field: Range<Int>) -> Bool {
        field.count == 2 && body[field.lowerBound] == UInt8(ascii: "\\")
            && body[field.lowerBound + 1] == UInt8(ascii: "N")
    }

    /// A field as bytes; `nil` for NULL.
    func optionalBytes(_ index: Int) -> [UInt8]? {
        guard fields.indices.contains(index), !isNull(fields[index]) else { return nil }
        let field = fields[index]
        guard body[field].contains(UInt8(ascii: "\\")) else { return Array(body[field]) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(field.count)
        var at = field.lowerBound
        while at < field.upperBound { bytes.append(unescaped(&at, field.upperBound)) }
        return bytes
    }

    /// The byte at a place, whatever way it is written; goes behind it.
    private func unescaped(_ at: inout Int, _ end: Int) -> UInt8 {
        defer { at += 1 }
        guard body[at] == UInt8(ascii: "\\"), at + 1 < end else { return body[at] }
        at += 1
        switch body[at] {
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "a"): return 0x07
        case UInt8(ascii: "v"): return 0x0B
        case UInt8(ascii: "0"): return 0x00
        case UInt8(ascii: "x") where at + 2 < end:
            at += 2
            return Self.nibble(body[at - 1]) << 4 | Self.nibble(body[at])
        default: return body[at]
        }
    }

    private static func nibble(_ digit: UInt8) -> UInt8 {
        digit <= UInt8(ascii: "9") ? digit & 15 : (digit & 15) + 9
    }

    /// A field as text; `nil` for NULL.
    func optionalText(_ index: Int) -> String? {
        guard fields.indices.contains(index), !isNull(fields[index]) else { return nil }
        let field = fields[index]
        guard body[field].contains(UInt8(ascii: "\\")) else { return String(decoding: body[field], as: UTF8.self) }
        return optionalBytes(index).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A field as text, empty for NULL.
    func text(_ index: Int) -> String { optionalText(index) ?? "" }

    /// A field as a whole number; `nil` for NULL and for what is none.
    func optionalInt(_ index: Int) -> Int64? {
        guard fields.indices.contains(index) else { return nil }
        var magnitude: UInt64 = 0
        var isNegative = false
        for (place, byte) in body[fields[index]].enumerated() {
            if place == 0, byte == UInt8(ascii: "-") {
                isNegative = true
                continue
            }
            guard (0x30...0x39).contains(byte) else { return nil }
            let (ten, over) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, more) = ten.addingReportingOverflow(UInt64(byte - 0x30))
            guard !over, !more else { return nil }
            magnitude = sum
        }
        guard !fields[index].isEmpty else { return nil }
        return isNegative ? Int64(exactly: -Int128(magnitude)) : Int64(exactly: magnitude)
    }

    /// A field as a whole number, 0 for NULL.
    func int(_ index: Int) -> Int64 { optionalInt(index) ?? 0 }

    /// A field as a count.
    func optionalCount(_ index: Int) -> Int? { optionalInt(index).map(Int.init(clamping:)) }

    /// A field as a whole number without sign, 0 for NULL.
    func word(_ index: Int) -> UInt64 {
        fields.indices.contains(index) ? UInt64(String(decoding: body[fields[index]], as: UTF8.self)) ?? 0 : 0
    }

    /// A list of whole numbers: `[1,2]`.
    func ints(_ index: Int) -> [Int64] {
        text(index).dropFirst().dropLast().split(separator: ",").compactMap { Int64($0) }
    }

    /// A list of texts: `['a','b']`, each with its own escapes.
    func texts(_ index: Int) -> [String] {
        guard fields.indices.contains(index) else { return [] }
        var texts: [String] = []
        var at = fields[index].lowerBound
        let end = fields[index].upperBound
        while let open = body[at..<end].firstIndex(of: UInt8(ascii: "'")) {
            at = open + 1
            var bytes: [UInt8] = []
            while at < end, body[at] != UInt8(ascii: "'") { bytes.append(unescaped(&at, end)) }
            texts.append(String(decoding: bytes, as: UTF8.self))
            at = min(at + 1, end)
        }
        return texts
    }
}
