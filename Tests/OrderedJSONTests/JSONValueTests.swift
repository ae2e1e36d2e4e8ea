import OrderedJSON
import Testing

@Suite struct `JSON values` {
    @Test func `keep order, repeated names and the spelling of numbers`() throws {
        let text = #"{"b":1,"a":[2.50,-0,1e+400],"b":"x\u00e9\ud83d\ude80","n":null,"t":true}"#
        let value = try JSONValue(parsing: text)
        #expect(value.compactText == #"{"b":1,"a":[2.50,-0,1e+400],"b":"xé🚀","n":null,"t":true}"#)
        #expect(value["b"]?.string == "xé🚀")
        #expect(value["a"]?[0]?.double == 2.5)
        #expect(value["a"]?[9] == nil)
        #expect(value["t"]?.bool == true)
        #expect(value["n"]?.isNull == true)
        #expect(value["missing"] == nil)
    }

    @Test func `tell names apart by their bytes`() throws {
        let value = try JSONValue(parsing: "{\"e\u{301}\":1,\"\u{E9}\":2}")
        #expect(value["e\u{301}"]?.int == 1)
        #expect(value["\u{E9}"]?.int == 2)
    }

    @Test(arguments: [
        ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min), ("9223372036854775808", nil),
        ("2.0", 2),
        ("2e3", 2000), ("2.5", nil), ("1e400", nil), ("-0", 0),
    ])
    func `give whole numbers where they are whole`(text: String, expected: Int64?) throws {
        #expect(try JSONValue(parsing: text).int64 == expected)
    }

    @Test(arguments: [
        ("", 0, 1, 1), ("{\"a\":1,}", 7, 1, 8), ("[1,\n 2,,3]", 7, 2, 4), ("\"a\u{1}\"", 2, 1, 3), ("01", 0, 1, 1),
        ("1 2", 2, 1, 3), ("[\"\\x\"]", 2, 1, 3), ("tru", 3, 1, 4), ("\"\\ud800\"", 1, 1, 2), ("{\"a\" 1}", 5, 1, 6),
        ("[1", 2, 1, 3), ("{1:2}", 1, 1, 2), ("nul!", 3, 1, 4), ("-", 1, 1, 2), ("\"abc", 4, 1, 5), ("]", 0, 1, 1),
    ])
    func `say where the text is wrong`(text: String, offset: Int, line: Int, column: Int) {
        do {
            let value = try JSONValue(parsing: text)
            Issue.record("\(text) was read as \(value)")
        } catch {
            #expect(error.offset == offset && error.line == line && error.column == column, "\(text): \(error)")
            #expect(error.description.hasPrefix("line \(line), column \(column): "))
        }
    }

    @Test func `read half a surrogate pair as U+FFFD where that is allowed`() throws {
        let text = #"["\ud83d","\ude00x","\ud83d\u0041","\ud83d\ude80"]"#
        let value = try JSONValue(parsing: text, allowsLoneSurrogates: true)
        #expect(value.array?.map(\.string) == ["\u{FFFD}", "\u{FFFD}x", "\u{FFFD}A", "🚀"])
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func `are read as deep as is allowed and no deeper`() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try JSONValue(parsing: deep, maxDepth: 64)
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: deep, maxDepth: 63) }
        #expect(error?.reason == .tooDeep(limit: 63))
        let endless = String(repeating: "{\"a\":", count: 100_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: endless) }
    }

    @Test(
        arguments: [
            [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80],
            [0x80],
            [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x9A], [0xFF],
        ] as [[UInt8]])
    func `must be UTF-8`(bytes: [UInt8]) {
        let text = [UInt8(ascii: "\"")] + Array("0123456789abcdef".utf8) + bytes + [UInt8(ascii: "\"")]
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.reason == .invalidUTF8)
        #expect(error?.offset == 17)
    }

    @Test(arguments: 0..<40)
    func `are unescaped at every offset`(length: Int) throws {
        let plain = String(repeating: "x", count: length)
        let text = "\"\(plain)\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude80\(plain)é\""
        #expect(
            try JSONValue(parsing: text).string == "\(plain)\"\\/\u{8}\u{C}\n\r\t\u{E9}🚀\(plain)é")
    }
}
