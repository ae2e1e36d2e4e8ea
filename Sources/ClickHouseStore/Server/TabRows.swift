internal import TraceModel

/// Writes rows in tab separated form, as ClickHouse reads them. What is written is always valid UTF-8: other bytes are
/// escaped.
struct TabRows: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private var isFirst = true

    /// Ends a row.
    mutating func end() {
        bytes.append(UInt8(ascii: "\n"))
        isFirst = true
        count += 1
    }

    private mutating func begin() {
        if !isFirst { bytes.append(UInt8(ascii: "\t")) }
        isFirst = false
    }

    mutating func add(_ text: String?) {
        begin()
        guard var text else { return addNull() }
        text.withUTF8 { add(plain: $0) }
    }

    mutating func add(_ number: Int64?) {
        begin()
        guard let number else { return addNull() }
        bytes.append(contentsOf: String(number).utf8)
    }

    mutating func add(_ number: Int?) { add(number.map(Int64.init)) }

    mutating func add(_ flag: Bool) {
        begin()
        bytes.append(flag ? UInt8(ascii: "1") : UInt8(ascii: "0"))
    }

    mutating func add(_ number: UInt64) {
        begin()
        bytes.append(contentsOf: String(number).utf8)
    }

    mutating func add(_ number: UInt128) {
        begin()
        bytes.append(contentsOf: String(number).utf8)
    }

    mutating func add(blob: [UInt8]?) {
        begin()
        guard let blob else { return addNull() }
        blob.withUnsafeBufferPointer { blob in
            if Self.isText(blob) {
                add(plain: blob)
            } else {
                for byte in blob { byte < 0x80 ? add(escaping: byte) : add(hex: byte) }
            }
        }
    }

    mutating func add(texts: [String]) {
        begin()
        bytes.append(UInt8(ascii: "["))
        for (index, var text) in texts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "'"))
            text.withUTF8 { add(plain: $0) }
            bytes.append(UInt8(ascii: "'"))
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func addNull() { bytes += [UInt8(ascii: "\\"), UInt8(ascii: "N")] }

    private mutating func add(plain: UnsafeBufferPointer<UInt8>) {
        var from = 0
        for at in plain.indices where Self.needsEscape(plain[at]) {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: plain[from..<at]))
            add(escaping: plain[at])
            from = at + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: plain[from...]))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "'")
    }

    private mutating func add(escaping byte: UInt8) {
        switch byte {
        case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
        case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
        case UInt8(ascii: "\\"), UInt8(ascii: "'"): bytes += [UInt8(ascii: "\\"), byte]
        case 0..<0x20: add(hex: byte)
        default: bytes.append(byte)
        }
    }

    private mutating func add(hex byte: UInt8) {
        bytes += [UInt8(ascii: "\\"), UInt8(ascii: "x"), Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if bytes.allSatisfy({ $0 < 0x80 }) { return true }
        return String(validating: bytes, as: UTF8.self) != nil
    }
}

/// Texts and numbers as they stand in a query.
enum SQLText {
    /// A text in quotes; nothing in it can end them.
    static func literal(_ text: String) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "'")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "'"): bytes += [UInt8(ascii: "\\"), byte]
            case 0: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "0")]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "'"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The hashes of ids, to stand in brackets behind IN. Letter case does not count in them, so that filters can be led by
    /// them.
    static func hashes(_ ids: some Sequence<String>) -> String {
        let numbers = ids.map { String(IDHash.of($0)) }
        return numbers.isEmpty ? "SELECT toUInt64(0) WHERE 0" : numbers.joined(separator: ", ")
    }

    /// Keys one behind the other.
    static func pairs(_ keys: some Sequence<SpanKey>) -> String {
        keys.map { "(\(literal($0.traceID)), \(literal($0.spanID)))" }.joined(separator: ", ")
    }

    /// Texts one behind the other.
    static func list(_ texts: some Sequence<String>) -> String {
        texts.map(literal).joined(separator: ", ")
    }
}
