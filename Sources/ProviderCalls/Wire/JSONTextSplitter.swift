/// Cuts a stream of bytes into JSON texts: objects that follow each other, one a line or not, and the elements of one
/// array. What stands between them is passed over. A value without I/O.
struct JSONTextSplitter: Sendable {
    private let longest: Int
    private var text: [UInt8] = []
    private var depth = 0
    private var inString = false
    private var isEscaped = false
    private var isTooLong = false
    private var isInList = false
    /// Texts that were longer than what is kept.
    private(set) var skippedTexts = 0

    init(longest: Int) { self.longest = longest }

    /// Whether a text has begun and not ended.
    var isInside: Bool { depth > 0 || isInList }

    /// Takes bytes and gives the texts that they complete.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        var start = 0
        for (index, byte) in bytes.enumerated() {
            if inString {
                endString(byte)
                continue
            }
            switch byte {
            case UInt8(ascii: "\"") where isInside: inString = true
            case UInt8(ascii: "[") where depth == 0 && !isInList:
                isInList = true
                start = index + 1
            case UInt8(ascii: "]") where depth == 0:
                isInList = false
                start = index + 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if depth == 0 { start = index }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { continue }
                depth -= 1
                guard depth == 0 else { continue }
                keep(bytes[start...index])
                start = index + 1
                if let text = endText() { texts.append(text) }
            default: break
            }
        }
        if depth > 0, start < bytes.count { keep(bytes[start...]) }
        return texts
    }

    private mutating func endString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            inString = false
        }
    }

    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
        guard !isTooLong else { return }
        if text.count + bytes.count > longest {
            isTooLong = true
            text = []
        } else {
            text.append(contentsOf: bytes)
        }
    }

    private mutating func endText() -> [UInt8]? {
        defer {
            text = []
            isTooLong = false
        }
        if isTooLong { skippedTexts += 1 }
        return isTooLong ? nil : text
    }
}
