import CByteScan
import OrderedJSON

/// Names of attributes and headers whose values are secrets, whatever they hold.
enum SecretNames {
    /// Whether the name is that of an authorization, API key or cookie header, in any case and with any prefix
    /// (`http.request.header.authorization`, `x-api-key`, `openai.apiKey`).
    static func isSecret(_ name: UnsafeRawBufferPointer) -> Bool {
        // Every such name holds a `z` (authorization) or a `k` (key, cookie); most names hold neither.
        for byte in name where byte | 0x20 == UInt8(ascii: "z") || byte | 0x20 == UInt8(ascii: "k") {
            return isSecretByLetters(name)
        }
        return false
    }

    private static func isSecretByLetters(_ name: UnsafeRawBufferPointer) -> Bool {
        var letters: [UInt8] = []
        letters.reserveCapacity(name.count)
        for byte in name where byte != UInt8(ascii: "-") && byte != UInt8(ascii: "_") {
            letters.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
        }
        return letters.withUnsafeBytes { letters in
            letters.holds("authorization") || letters.holds("apikey") || letters.holds("cookie")
                || letters.holds("accesskey") || letters.holds("secretkey")
        }
    }
}

/// Masks secrets in bytes, each by as many `*`: lengths stay, so JSON and protobuf stay valid.
enum SecretMask {
    static let star = UInt8(ascii: "*")

    /// Whether ``maskTokens(_:)`` might find something: cheap, and nearly always `false`.
    static func mayHoldTokens(_ bytes: UnsafeRawBufferPointer) -> Bool {
        nextToken(bytes, from: 0) != nil
    }

    /// Masks what follows `Bearer ` and `sk-…` keys. Only for text and JSON, where a quote ends a token.
    static func maskTokens(_ bytes: UnsafeMutableRawBufferPointer) {
        var position = 0
        while let token = nextToken(UnsafeRawBufferPointer(bytes), from: position) {
            for index in token { bytes[index] = star }
            position = token.upperBound
        }
    }

    /// Masks every string of a JSON value, or the inside of one string.
    static func maskJSON(_ bytes: UnsafeMutableRawBufferPointer) {
        var inString = false
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                inString.toggle()
            } else if inString {
                if byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
                    bytes[position] = star
                    position += 1
                }
                bytes[position] = star
            }
            position += 1
        }
    }

    /// The next token's own bytes: what follows `Bearer `, or an `sk-` key from its `sk-` on.
    private static func nextToken(_ bytes: UnsafeRawBufferPointer, from: Int) -> Range<Int>? {
        guard let start = bytes.baseAddress else { return nil }
        let count = bytes.count
        var position = from
        while position < count {
            position = bytescan_secret_mark(start.assumingMemoryBound(to: UInt8.self), position, count)
            guard position < count else { return nil }
            if bytes[position] == UInt8(ascii: "-") {
                if let token = secretKey(bytes, dash: position) { return token }
            } else if let token = bearer(bytes, mark: position) {
                return token
            }
            position += 1
        }
        return nil
    }

    private static func secretKey(_ bytes: UnsafeRawBufferPointer, dash: Int) -> Range<Int>? {
        guard dash >= 2, bytes[dash - 1] == UInt8(ascii: "k"), bytes[dash - 2] == UInt8(ascii: "s"),
            isBoundary(bytes, before: dash - 2)
        else { return nil }
        let end = tokenEnd(bytes, from: dash + 1)
        return end - dash > 16 ? dash - 2..<end : nil
    }

    private static func bearer(_ bytes: UnsafeRawBufferPointer, mark: Int) -> Range<Int>? {
        guard mark >= 5, mark + 1 < bytes.count, bytes[mark + 1] == UInt8(ascii: " "),
            bytes[mark - 5] | 0x20 == UInt8(ascii: "b"), bytes[mark - 4] | 0x20 == UInt8(ascii: "e"),
            bytes[mark - 3] | 0x20 == UInt8(ascii: "a"), bytes[mark - 2] | 0x20 == UInt8(ascii: "r"),
            bytes[mark - 1] | 0x20 == UInt8(ascii: "e")
        else { return nil }
        var start = mark + 2
        while start < bytes.count, bytes[start] == UInt8(ascii: " ") { start += 1 }
        let end = tokenEnd(bytes, from: start)
        return end - start >= 12 && !isMasked(bytes, start..<end) ? start..<end : nil
    }

    private static func isMasked(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        range.allSatisfy { bytes[$0] == star }
    }

    /// Whether a word may begin at `position`: after no letter or digit, or after the letter of an escape (`\n`).
    private static func isBoundary(_ bytes: UnsafeRawBufferPointer, before position: Int) -> Bool {
        guard position > 0 else { return true }
        let previous = bytes[position - 1]
        guard isTokenByte(previous) && previous != UInt8(ascii: "=") && previous != UInt8(ascii: "/") else {
            return true
        }
        return position > 1 && bytes[position - 2] == UInt8(ascii: "\\")
    }

    private static func tokenEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var end = start
        while end < bytes.count, isTokenByte(bytes[end]) { end += 1 }
        return end
    }

    /// Letters of keys and of bearer tokens (RFC 6750).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
