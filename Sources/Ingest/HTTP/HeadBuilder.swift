/// Collects a request's head line by line and settles its framing at the end (RFC 9112 §3, §6).
struct HeadBuilder {
    private let method: String
    private let target: String
    private let minorVersion: Int
    private var fields: [RequestHead.Field] = []
    /// Bytes of the header lines so far.
    private(set) var size = 0

    /// Reads `METHOD target HTTP/1.x`.
    init(requestLine line: [UInt8]) throws(FramingFailure) {
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, !words[1].isEmpty, !words[0].isEmpty, words[0].allSatisfy(Self.isTokenByte) else {
            throw FramingFailure(400, "the first line is not an HTTP request")
        }
        guard words[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw FramingFailure(400, "the request target holds a character that must be percent-encoded")
        }
        switch Array(words[2]) {
        case Array("HTTP/1.1".utf8): minorVersion = 1
        case Array("HTTP/1.0".utf8): minorVersion = 0
        case let other where other.starts(with: "HTTP/".utf8):
            throw FramingFailure(505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
        default: throw FramingFailure(400, "the first line is not an HTTP request")
        }
        method = String(decoding: words[0], as: UTF8.self)
        target = String(decoding: words[1], as: UTF8.self)
    }

    /// Adds one header line.
    mutating func add(_ line: [UInt8], maximum: Int) throws(FramingFailure) {
        guard fields.count < maximum else { throw FramingFailure(431, "there are more than \(maximum) header lines") }
        guard line[0] != 0x20, line[0] != 0x09 else {
            throw FramingFailure(400, "a header is folded over two lines")
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy(Self.isTokenByte)
        else { throw FramingFailure(400, "a header line has no valid name") }
        var value = line[(colon + 1)...]
        while let first = value.first, first == 0x20 || first == 0x09 { value.removeFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw FramingFailure(400, "a header's value holds a control character")
        }
        size += line.count + 2
        fields.append(
            RequestHead.Field(
                name: String(decoding: line[..<colon], as: UTF8.self).lowercased(), value: Self.latin1(value)))
    }

    /// The whole head.
    func finished() throws(FramingFailure) -> RequestHead {
        var head = RequestHead(
            method: method, path: "", query: nil, minorVersion: minorVersion, fields: fields, framing: .none,
            keepsAlive: minorVersion == 1, expectsContinue: false)
        try splitTarget(into: &head)
        guard head.count(of: "host") == 1 || (minorVersion == 0 && head.count(of: "host") == 0) else {
            throw FramingFailure(400, "a request needs exactly one Host header")
        }
        head.framing = try framing(of: head)
        let connection = Self.words(of: "connection", in: head)
        if connection.contains("close") {
            head.keepsAlive = false
        } else if connection.contains("keep-alive") {
            head.keepsAlive = true
        }
        if let expectation = head["expect"] {
            guard expectation.lowercased() == "100-continue" else {
                throw FramingFailure(417, "the only expectation known here is 100-continue")
            }
            head.expectsContinue = minorVersion == 1
        }
        return head
    }

    private func splitTarget(into head: inout RequestHead) throws(FramingFailure) {
        var rest = target[...]
        if rest.lowercased().hasPrefix("http://") {
            rest = rest.dropFirst(7)
            rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        guard rest.hasPrefix("/") || (rest == "*" && method == "OPTIONS") else {
            throw FramingFailure(400, "the request target is not a path")
        }
        if let mark = rest.firstIndex(of: "?") {
            head.query = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        head.path = String(rest)
    }

    private func framing(of head: RequestHead) throws(FramingFailure) -> RequestHead.Framing {
        let lengths = Set(head.fields.filter { $0.name == "content-length" }.map(\.value))
        if head.count(of: "transfer-encoding") > 0 {
            guard lengths.isEmpty else {
                throw FramingFailure(400, "a request cannot have both Content-Length and Transfer-Encoding")
            }
            guard minorVersion == 1 else { throw FramingFailure(400, "HTTP/1.0 has no Transfer-Encoding") }
            guard Self.words(of: "transfer-encoding", in: head) == ["chunked"] else {
                throw FramingFailure(501, "the only Transfer-Encoding known here is chunked")
            }
            return .chunked
        }
        guard let text = lengths.first else { return .none }
        guard lengths.count == 1, !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw FramingFailure(400, "Content-Length is not one whole number")
        }
        guard let length = Int(text) else { throw FramingFailure(413, "Content-Length is absurdly large") }
        return .length(length)
    }

    private static func words(of name: String, in head: RequestHead) -> [String] {
        head.fields.filter { $0.name == name }
            .flatMap { $0.value.split(separator: ",") }
            .map { word in
                var word = word
                while let first = word.first, first == " " || first == "\t" { word.removeFirst() }
                while let last = word.last, last == " " || last == "\t" { word.removeLast() }
                return word.lowercased()
            }
            .filter { !$0.isEmpty }
    }

    private static func latin1(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes { text.unicodeScalars.append(UnicodeScalar(byte)) }
        return text
    }

    /// RFC 9110 §5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
