import OrderedJSON
import Testing

@Suite struct `The JSON writer` {
    @Test func `puts commas and colons by itself`() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("a", 1)
            writer.member("b", nil as String?)
            writer.name("c")
            writer.array(["x", "y"]) { $0.value($1) }
            writer.name("d")
            writer.object { _ in }
            writer.member("e", 2.0)
            writer.member("f", Double.nan)
            writer.member("g", 0.25)
            writer.member("h", true)
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":1,"b":null,"c":["x","y"],"d":{},"e":2,"f":null,"g":0.25,"h":true}"#)
    }

    @Test func `lays values out on lines`() throws {
        let value = try JSONValue(parsing: #"{"a":[1,{"b":[]}],"c":{}}"#)
        #expect(
            String(decoding: value.prettyBytes, as: UTF8.self) == """
                {
                  "a": [
                    1,
                    {
                      "b": []
                    }
                  ],
                  "c": {}
                }
                """)
    }

    @Test func `escapes whatever could act on a terminal`() throws {
        let hostile = "a\u{1B}[31m\u{7}\u{7F}\u{9B}2J\u{85}\u{202E}\u{2066}\u{2028}\"\\\n\t é 🚀 \u{A0}"
        let bytes = JSONValue.string(hostile).compactBytes
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text == #""a\u001b[31m\u0007\u007f\u009b2J\u0085\u202e\u2066\u2028\"\\\n\t é 🚀 "# + "\u{A0}\"")
        #expect(try JSONValue(parsing: bytes).string == hostile)
    }
}
