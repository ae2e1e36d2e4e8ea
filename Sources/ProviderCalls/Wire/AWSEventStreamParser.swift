/// Reads AWS's binary event stream (`application/vnd.amazon.eventstream`) from bytes as they come.
///
/// A message is: its length and that of its headers, a checksum of both, the headers, a payload, a checksum of all. A
/// wrong checksum ends the reading: what follows cannot be told apart any more.
package struct AWSEventStreamParser: Sendable {
    /// One message.
    package struct Message: Hashable, Sendable {
        /// Its headers that are text.
        package var headers: [String: String]
        /// Its payload.
        package var payload: [UInt8]
    }

    private static let preludeLength = 12
    private static let longestMessage = 24 << 20

    private var bytes: [UInt8] = []
    /// Whether a length or a checksum was wrong.
    package private(set) var isBroken = false

    package init() {}

    /// Whether a message has begun and not ended.
    package var isInside: Bool { !bytes.isEmpty }

    /// Whether bytes may begin such a stream; `nil` when there are too few of them to tell.
    static func mayBegin(_ bytes: ArraySlice<UInt8>) -> Bool? {
        guard bytes.count >= preludeLength else { return bytes.first == 0 || bytes.isEmpty ? nil : false }
        return CRC32.of(bytes.prefix(8)) == number(bytes.dropFirst(8).prefix(4))
    }

    /// Takes bytes and gives the messages that they complete.
    package mutating func take(_ more: UnsafeRawBufferPointer) -> [Message] {
        guard !isBroken else { return [] }
        bytes.append(contentsOf: more)
        var messages: [Message] = []
        var start = 0
        while bytes.count - start >= Self.preludeLength {
            let length = Int(Self.number(bytes[start..<start + 4]))
            let headers = Int(Self.number(bytes[start + 4..<start + 8]))
            guard CRC32.of(bytes[start..<start + 8]) == Self.number(bytes[start + 8..<start + 12]),
                length >= headers + 16, length <= Self.longestMessage
            else {
                isBroken = true
                break
            }
            guard bytes.count - start >= length else { break }
            let end = start + length
            guard CRC32.of(bytes[start..<end - 4]) == Self.number(bytes[end - 4..<end]) else {
                isBroken = true
                break
            }
            let payload = start + 12 + headers
            messages.append(
                Message(headers: Self.headers(bytes[start + 12..<payload]), payload: Array(bytes[payload..<end - 4])))
            start = end
        }
        bytes.removeFirst(isBroken ? bytes.count : start)
        return messages
    }

    /// Reads the headers; those that are not text are passed over, and what does not fit ends it.
    private static func headers(_ bytes: ArraySlice<UInt8>) -> [String: String] {
        var rest = bytes
        var headers: [String: String] = [:]
        while let nameLength = rest.popFirst(), let name = take(Int(nameLength), of: &rest), let type = rest.popFirst()
        {
            let length: Int?
            switch type {
            case 0, 1: length = 0
            case 2: length = 1
            case 3: length = 2
            case 4: length = 4
            case 5, 8: length = 8
            case 6, 7: length = take(2, of: &rest).map { Int(number($0)) }
            case 9: length = 16
            default: length = nil
            }
            guard let length, let value = take(length, of: &rest) else { break }
            if type == 7 { headers[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self) }
        }
        return headers
    }

    private static func take(_ count: Int, of bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.count >= count else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
