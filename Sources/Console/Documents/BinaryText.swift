import Display

/// Data that stands in a text as base64 (`data:image/png;base64,…`): shown as its type and size.
enum BinaryText {
    /// Shorter data stays as it is, in characters.
    private static let least = 128

    static func shortened(_ text: String) -> String {
        guard text.utf8.count > least, let first = find(in: Array(text.utf8), from: 0) else { return text }
        let bytes = Array(text.utf8)
        var shown: [UInt8] = []
        var start = 0
        var next: (type: Range<Int>, whole: Range<Int>)? = first
        while let found = next {
            shown += bytes[start..<found.whole.lowerBound]
            let data = found.whole.upperBound - found.type.upperBound - sign.count
            let type = String(decoding: bytes[found.type], as: UTF8.self)
            shown += "[\(type.isEmpty ? "data" : type), \(Figure.bytes(data / 4 * 3))]".utf8
            start = found.whole.upperBound
            next = find(in: bytes, from: start)
        }
        return String(decoding: shown + bytes[start...], as: UTF8.self)
    }

    private static let head = Array("data:".utf8)
    private static let sign = Array(";base64,".utf8)

    private static func find(in bytes: [UInt8], from start: Int) -> (type: Range<Int>, whole: Range<Int>)? {
        var index = start
        while index + head.count < bytes.count {
            guard bytes[index] == head[0], bytes[index...].starts(with: head) else {
                index += 1
                continue
            }
            let type = index + head.count
            let end = bytes[type...].prefix(100).firstIndex { $0 == 0x3B } ?? type
            if bytes[end...].starts(with: sign) {
                let data = end + sign.count
                let stop = bytes[data...].firstIndex { !isBase64($0) } ?? bytes.count
                if stop - data >= least { return (type..<end, index..<stop) }
            }
            index = type
        }
        return nil
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2F, 0x3D, 0x5F: true
        default: false
        }
    }
}
