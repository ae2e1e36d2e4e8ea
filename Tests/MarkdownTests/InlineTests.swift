import Testing

@testable import Markdown

/// Runs as text: `*strong*`, `/emphasis/`, `` `code` ``, `<link>`, `{destination}`.
private func told(_ text: String) -> String {
    Markdown.runs(of: text).map { run in
        var told = run.text
        if run.look.contains(.code) { told = "`\(told)`" }
        if run.look.contains(.emphasis) { told = "/\(told)/" }
        if run.look.contains(.strong) { told = "*\(told)*" }
        if run.look.contains(.link) { told = "<\(told)>" }
        if run.look.contains(.destination) { told = "{\(told)}" }
        if run.look.contains(.struck) { told = "-\(told)-" }
        return told
    }.joined()
}

@Suite struct InlineTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("**a**", "*a*"), ("*a*", "/a/"), ("__a__", "*a*"), ("_a_", "/a/"),
        ("***a***", "*/a/*"), ("**a *b* c**", "*a **/b/** c*"), ("a**b**c", "a*b*c"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"), ("**open", "**open"), ("*a", "*a"), ("a**", "a**"), ("****", "****"),
        ("** a **", "** a **"), ("**a*", "*/a/"), ("*a**", "/a/*"), ("**重要**です", "*重要*です"),
        ("これは**「大事」**です", "これは*「大事」*です"), ("**жирный**текст", "*жирный*текст"),
        ("نص **مهم** هنا", "نص *مهم* هنا"), ("__init__.py", "*init*.py"), ("a __init__ b", "a *init* b"),
        ("foo__bar__baz", "foo__bar__baz"), ("~~old~~ new", "-~~old~~- new"), ("~5 min ~10", "~5 min ~10"),
    ])
    func `emphasis is paired`(text: String, expected: String) { #expect(told(text) == expected) }

    @Test(arguments: [
        ("`a*b*`", "`a*b*`"), ("``a`b``", "`a`b`"), ("`open", "`open"), ("` a `", "`a`"), ("`a\nb`", "`a b`"),
        ("``` x ` y", "``` x ` y"), ("**`f()`**", "*`f()`*"), (#"\*a\*"#, "*a*"), (#"\(x_1\)"#, #"\(x_1\)"#),
        (#"\[ a_b \]"#, #"\[ a_b \]"#), (#"C:\dir"#, #"C:\dir"#), ("\\", "\\"), ("\\`a`", "`a`"),
    ])
    func `code and backslashes`(text: String, expected: String) { #expect(told(text) == expected) }

    @Test(arguments: [
        ("[text](https://a.org)", "<text>{ (https://a.org)}"), ("[a](b (c) d)", "<a>{ (b (c) d)}"),
        ("[https://a.org](https://a.org)", "<https://a.org>"), ("[**b**](u)", "<*b*>{ (u)}"),
        ("![alt](pic.png)", "<image: alt>{ (pic.png)}"), ("[]()", ""), ("[](u)", "{(u)}"), ("[x]", "[x]"), ("]", "]"),
        ("[x](", "[x]("), ("[x](open", "[x](open"), ("[ ] todo", "[ ] todo"), ("[x][y]", "[x][y]"),
        ("see https://a.org/x_y_z.", "see <https://a.org/x_y_z>."), ("(https://a.org)", "(<https://a.org>)"),
        ("https://a.org/a(b)", "<https://a.org/a(b)>"), ("見てhttps://a.jp/。次", "見てhttps://a.jp/。次"),
        ("<https://a.org>", "<https://a.org>"), ("<b>bold</b>", "<b>bold</b>"), ("a<br>b<br/>c<br />d", "a\nb\nc\nd"),
        ("&lt;b&gt; &amp;amp; &x;", "<b> &amp; &x;"), ("10:30 http:", "10:30 http:"), ("https://", "https://"),
        ("[a [b](u) c](v)", "[a <b>{ (u)} c](v)"),
    ])
    func `links say where they lead`(text: String, expected: String) { #expect(told(text) == expected) }

    /// Everything but marks is there, in order; nothing is invented.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8]) func `no letter is lost whatever the marks`(seed: UInt64) {
        var random = SplitMix(state: seed)
        let pieces = [
            "*", "**", "_", "__", "`", "``", "[", "](u)", "!", "~~", "\\", "<", "&", " ", "\n", "q", "語", "é", ":",
        ]
        for _ in 0..<200 {
            let text = (0..<Int(random.next() % 40)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }
                .joined()
            let read = Markdown.runs(of: text).map(\.text).joined()
            func letters(_ text: String) -> String { text.filter { "qué語".contains($0) } }
            #expect(letters(read) == letters(text), "\(text)")
        }
    }

    @Test(arguments: [
        "*", "**a", "[", "[a](", "`", "_a_*", "![", "<", "&", "https://", "``a`", "~~", "*a_", "](", "\\",
    ])
    func `a hundred thousand marks take no long time`(piece: String) {
        let text = String(repeating: piece, count: 100_000)
        #expect(!Markdown.runs(of: text).isEmpty)
    }
}

struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
