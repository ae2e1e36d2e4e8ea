import Cells
import Testing
import TraceModel

@testable import Console

@Suite struct DocumentTests {
    @Test(arguments: [1, 2, 5, 17, 40, 80])
    func `lines fit their width and lose nothing`(width: Int) {
        let text =
            "The quick brown fox, well-known, jumps over https://example.org/a/b and\n  indented lines\n\nend 日本語テキスト"
        let lines = TextFlow.lines(text, width: width)
        for line in lines { #expect(displayWidth(of: line) <= max(2, width)) }
        func solid(_ text: String) -> String { text.filter { !$0.isWhitespace } }
        #expect(solid(lines.joined()) == solid(text))
    }

    @Test(arguments: ["", "a", "aaaa bbbb", "   leading", "a  b   c", "abcdefghij", "ab cdefghijk l"])
    func `the fast way breaks ASCII within its width`(text: String) {
        for width in 1...12 {
            let lines = TextFlow.lines(text, width: width)
            #expect(!lines.isEmpty)
            for line in lines { #expect(line.utf8.count <= width) }
            #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
        }
    }

    @Test(arguments: [
        (#"{"id":17}"#, 40, [#"{"id": 17}"#]), (#"{}"#, 40, ["{}"]), (#"[1,2,[3]]"#, 40, ["[1, 2, [3]]"]),
        (#"{"a":{"b":[1,2]},"c":"longer text"}"#, 21, ["{", #""a": {"b": [1, 2]},"#, #""c": "longer text""#, "}"]),
    ])
    func `JSON stays on a line where it fits`(json: String, width: Int, expected: [String]) {
        #expect(JSONLayout.lines(json, width: width)?.map(\.plain) == expected)
    }

    @Test(arguments: ["", "text", "{", "[1,2", #"{"a":1} trailing"#, "}{", "[}", #"{"a": "unclosed}"#, "42", "{a~}"])
    func `what is not JSON is left as it is`(text: String) {
        #expect(JSONLayout.lines(text, width: 40) == nil)
    }

    @Test func `deep JSON does not overflow the stack`() {
        let deep = String(repeating: "[", count: 50_000) + String(repeating: "]", count: 50_000)
        #expect(JSONLayout.lines(deep, width: 80) != nil)
    }

    @Test func `long JSON texts are wrapped within the width`() throws {
        let json = #"{"text":""# + String(repeating: "word ", count: 100) + #"","n":1}"#
        for width in [8, 20, 33, 80] {
            for line in try #require(JSONLayout.lines(json, width: width)) {
                #expect(line.indent + displayWidth(of: line.plain) <= max(width, 24), "\(width): \(line.plain)")
            }
        }
    }

    @Test func `a long JSON text breaks where its line breaks are written`() {
        let json = #"{"text": "first\nsecond \\n same\nthird and long enough to need more than a line"}"#
        let lines = JSONLayout.lines(json, width: 44)?.map(\.plain)
        #expect(
            lines?.prefix(4) == ["{", #""text": "first\n"#, #"second \\n same\n"#, "third and long enough to need "])
        let read = JSONLayout.lines(json, width: 44, isRead: true)?.map(\.plain)
        #expect(read?.prefix(4) == ["{", #""text": "first↵"#, #"second \\n same↵"#, "third and long enough to need "])
    }

    @Test func `a code fence is set off and an open one runs to the end`() {
        let lines = Prose.lines("Before\n```python\nx = 1  # one\n```\nafter\n```\nopen", width: 40, indent: 2)
        #expect(lines.map(\.plain) == ["Before", "python", "x = 1  # one", "after", "open"])
        #expect(lines.map(\.isCode) == [false, true, true, false, true])
        #expect(lines[2].runs.last?.role == .dim)
    }

    @Test func `a shortened message says how much is left`() {
        let message = Message(role: "system", parts: [.text((1...50).map { "line \($0)" }.joined(separator: "\n"))])
        let lines = Conversation(width: 60, longest: 4).message(message)
        #expect(lines.count == 1 + 4 + 1)
        #expect(lines[4].plain.contains("+ 3"))
    }

    @Test func `a search finds in columns, letter case ignored`() {
        #expect(TextSearch.columns(of: "語", in: "日本語 語") == [4..<6, 7..<9])
        #expect(TextSearch.columns(of: "FOX", in: "the fox") == [4..<7])
        #expect(TextSearch.columns(of: "", in: "x").isEmpty)
        #expect(TextSearch.columns(of: "longer than", in: "x").isEmpty)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `what is looked for is found in bytes as in characters`(seed: UInt64) {
        var random = SeededRandom(seed)
        let letters = ["a", "A", "b", " ", "é", "İ", "ß", "K", "語", "e\u{301}"]
        for _ in 0..<300 {
            func text(_ most: Int) -> String {
                (0..<random.next(most)).map { _ in letters[random.next(random.next(2) == 0 ? 4 : 10)] }.joined()
            }
            let (needle, line) = (text(4), text(20))
            #expect(
                TextNeedle(needle).isIn(line) == !TextSearch.columns(of: needle, in: line).isEmpty, "\(needle) \(line)")
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func `lines are counted by blocks as one by one`(seed: UInt64) {
        var random = SeededRandom(seed)
        var plain = (0..<1 + random.next(40)).map { _ in random.next(4) }
        var counts = LineCounts(plain)
        for _ in 0..<200 {
            let block = random.next(plain.count)
            plain[block] = random.next(5)
            counts[block] = plain[block]
            let starts = plain.indices.map { plain[..<$0].reduce(0, +) }
            #expect(counts.total == plain.reduce(0, +))
            #expect(plain.indices.map { counts.start(of: $0) } == starts)
            for line in 0..<counts.total { #expect(counts.block(at: line) == starts.lastIndex { $0 <= line }) }
        }
    }

    @Test func `a turn shows only what was not said before`() {
        var world = SampleWorld()
        let first = [SampleWorld.text("system", "Rules."), SampleWorld.text("user", "One?")]
        let answer = SampleWorld.text("assistant", "Yes, one.")
        let second = first + [answer, SampleWorld.text("user", "Two?")]
        world.call(
            "chat", session: "s", trace: "a", id: "1", at: 0, took: 10, model: "m", ttft: nil, tokens: (1, 1),
            nanoDollars: nil, said: (first, [answer]))
        world.call(
            "chat", session: "s", trace: "b", id: "2", at: 20, took: 10, model: "m", ttft: nil, tokens: (1, 1),
            nanoDollars: nil, said: (second, [SampleWorld.text("assistant", "Yes, two.")]))
        let stored = world.spans.enumerated().map { index, span in
            StoredSpan(
                sequence: Int64(index), span: span, sessionID: "s", customerID: nil, configKey: nil,
                depth: 0)
        }
        let contents = Dictionary(
            uniqueKeysWithValues: stored.map {
                ($0.span.key, LoadedSpan(stored: $0, detail: world.details[$0.span.key] ?? SpanDetail(), json: "{}"))
            })
        var (transcript, lines) = (Transcript(), ScrolledText())
        transcript.take(Turns(stored), into: &lines)
        transcript.put(Array(contents.values))
        transcript.layOutAll(into: &lines, width: 60, reading: Reading())
        let text = (0..<lines.lines.count).map { lines.lines[$0].plain }.joined(separator: "\n")
        #expect(text.components("One?") == 1)
        #expect(text.components("Rules.") == 1)
        #expect(text.components("Yes, one.") == 1)
        #expect(text.components("Two?") == 1)
        #expect(text.components("turn ") == 2)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(_ part: String) -> Int { ranges(of: part).count }
}
