import OrderedJSON
import SpanCodec
import Testing
import TraceModel

/// Whatever is found in a span's texts has its runs in the span's bytes: a search that looks at the bytes first misses
/// nothing.
@Suite struct SearchRunsTests {
    private func expectHeld(_ text: String, _ payload: SpanPayload, _ contents: [IngestedContent], _ what: String) {
        var runs = SearchRuns()
        runs.add(payload, contents: contents)
        guard !runs.isOpaque else { return }
        for piece in pieces(of: text) {
            #expect(
                SearchPlan(.words(piece)).mayHold(runs), "\(what): \(piece.debugDescription) of \(text.prefix(300))")
        }
    }

    /// All of a text, and pieces that begin and end anywhere.
    private func pieces(of text: String) -> [String] {
        let scalars = Array(text.unicodeScalars.prefix(3000))
        let cuts = stride(from: 0, to: scalars.count, by: 7).map { start in
            var piece = String.UnicodeScalarView()
            piece.append(contentsOf: scalars[start..<min(scalars.count, start + 5 + start % 13)])
            return String(piece)
        }
        return [text] + cuts
    }

    @Test func `the texts of all captured spans have their runs in the bytes`() throws {
        let decoder = SpanDecoder()
        var seen = 0
        var opaque = 0
        for request in try Captures.requests()
        where (200..<300).contains(request.status) && request.path == "/v1/traces" {
            let batch = try decoder.decodeTraces(request.body, encoding: request.encoding, headers: request.headers)
            for span in batch.spans {
                let texts = try PayloadDecoder().texts(of: span.payload)
                var runs = SearchRuns()
                runs.add(span.payload, contents: [])
                seen += 1
                if runs.isOpaque { opaque += 1 }
                for text in [texts.input, texts.output].compactMap(\.self) {
                    expectHeld(text, span.payload, [], request.id)
                }
            }
        }
        #expect(seen > 500)
        // Were every span opaque, nothing would be shown.
        #expect(opaque * 20 < seen)
    }

    static let hostile = [
        "plain words", "Straße CAFÉ cafe\u{301}", "模型 价格", "が か\u{3099} 한국 😀 👩🏽‍💻",
        "quote \" back \\ slash / tab \t line \n end",
        "C:\\new \\u00e9tude \\x41bc", "{\"a\": [1, 2.50, true, null, \"é\\n\"]}",
        "['it\\'s', None, True, '\\xe9t\\u00e9 x']",
        "\\u00e9tudeがx*yait's 😀", "\\x41模b\\\\u6a21が價", "a\\u304c\\が\\\\x41模\\u00e9が",
        "\u{1}\u{7F}\u{85}\u{2028}rest", "100% ١٢٣ ½", "a", "İIıi Kelvin \u{212A} ﬁ ſ",
    ]

    @Test(arguments: hostile) func `hostile text is held in every wire form`(text: String) throws {
        let value = JSONValue.string(text)
        let nested: JSONValue = .object(["messages": .array([.object(["role": .string("user"), "content": value])])])
        let shapes: [JSONValue] = [
            value, nested, .array([value, .number(5), .number(0.25)]), .string(nested.compactText),
            .string(String(decoding: Self.escaped(Array(nested.compactText.utf8)), as: UTF8.self)),
        ]
        for shape in shapes {
            for escapesAll in [false, true] {
                var span = OTLPSpan()
                span.attributes = ["input.value": shape, "openinference.span.kind": .string("CHAIN"), "n": .number(12)]
                let body = escapesAll ? Self.escaped(span.body) : span.body
                let spans = try SpanDecoder().decodeTraces(body, encoding: .json).spans
                for ingested in spans {
                    let texts = try PayloadDecoder().texts(of: ingested.payload)
                    #expect(texts.input?.isEmpty == false)
                    expectHeld(texts.input ?? "", ingested.payload, [], "\(shape.compactText)")
                }
            }
        }
    }

    /// JSON with all beyond ASCII as escapes, as Python writes it.
    private static func escaped(_ json: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for unit in String(decoding: json, as: UTF8.self).utf16 {
            guard unit >= 0x80 else {
                bytes.append(UInt8(unit))
                continue
            }
            let digits = String(unit, radix: 16)
            bytes +=
                Array("\\u".utf8) + Array(String(repeating: "0", count: 4 - digits.count).utf8) + Array(digits.utf8)
        }
        return bytes
    }

    @Test func `numbers that are written anew make a span one that is always looked into`() {
        for (text, isOpaque) in [
            ("{\"a\": 1e5}", true), ("[12345678901234567890]", true), ("[1.50]", false),
            ("{\"id\": \"1eb20109\"}", false), ("{\"cost\": 0.0005940000000000001}", false),
            ("{\"cost\": 8.2e-05}", false), ("{\"cost\": 8.20e-05}", true), ("[0.00059400000000000010]", true),
        ] {
            var runs = SearchRuns()
            Array(text.utf8).withUnsafeBufferPointer { runs.add(wire: $0) }
            #expect(runs.isOpaque == isOpaque, "\(text)")
        }
    }

    @Test func `ids are no numbers, whatever their digits`() {
        for text in [
            "{\"span_id\": \"1234567890e23456\"}", "{\"traceId\":\"00000000000000000000000000000012\"}",
            "{\"parent_span_id\": \"12345678901234e5\", \"a\": 1}",
        ] {
            var runs = SearchRuns()
            Array(text.utf8).withUnsafeBufferPointer { runs.add(wire: $0) }
            #expect(!runs.isOpaque, "\(text)")
        }
        var runs = SearchRuns()
        runs.add("00000000000000000000000000000012")
        #expect(!runs.isOpaque)
        Array("{\"value\": \"12345678901234e5\"}".utf8).withUnsafeBufferPointer { runs.add(wire: $0) }
        #expect(runs.isOpaque)
    }

    @Test func `escapes behind ever fewer backslashes take no more than a few times their text`() {
        var text = ""
        for number in 1...20_000 {
            text += String(repeating: "\\", count: number.trailingZeroBitCount + 1) + "u6a21"
        }
        var runs = SearchRuns()
        Array(text.utf8).withUnsafeBufferPointer { runs.add(wire: $0) }
        #expect(runs.bytes.count < text.utf8.count * 5)
        #expect(SearchPlan(.words("模模模模")).mayHold(runs))
    }

    @Test func `escapes without end take no longer than their text`() {
        var runs = SearchRuns()
        let text = Array(String(repeating: "\\u6a21", count: 100_000).utf8)
        text.withUnsafeBufferPointer { runs.add(wire: $0) }
        #expect(runs.bytes.count < text.count * 3)
        #expect(SearchPlan(.words("模模模模")).mayHold(runs))
    }
}
