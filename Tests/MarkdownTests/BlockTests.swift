import Testing

@testable import Markdown

/// Blocks as a text in which shapes can be read: `h1(…)`, `p(…)`, `ul[…; …]`, `q{…}`, `code:LANG(…)`, `hr`.
private func told(_ parts: [MarkdownPart]) -> String {
    parts.map { part in (part.isApart ? "~" : "") + told(part.block) }.joined(separator: " ")
}

private func told(_ runs: [MarkdownRun]) -> String { runs.map(\.text).joined() }

private func told(_ block: MarkdownBlock) -> String {
    switch block {
    case .heading(let level, let runs): return "h\(level)(\(told(runs)))"
    case .paragraph(let runs): return "p(\(told(runs)))"
    case .list(let items):
        let all = items.map { ($0.isApart ? "~" : "") + ($0.number.map { $0 + " " } ?? "") + told($0.parts) }
        return "ul[" + all.joined(separator: "; ") + "]"
    case .quote(let parts): return "q{" + told(parts) + "}"
    case .code(let language, let text): return "code:\(language)(\(text))"
    case .table(let head, let rows, let alignments):
        let signs = alignments.map { $0 == .left ? "l" : $0 == .right ? "r" : "c" }.joined()
        return "table:\(signs)[" + ([head] + rows).map { $0.map(told).joined(separator: "|") }.joined(separator: "; ")
            + "]"
    case .rule: return "hr"
    }
}

@Suite struct BlockTests {
    @Test(arguments: [
        ("", ""), ("a", "p(a)"), ("a\nb", "p(a\nb)"), ("a\n\nb", "p(a) ~p(b)"), ("\n\na", "p(a)"),
        ("a\r\nb\rc", "p(a\nb\nc)"),
        ("# a", "h1(a)"), ("###### a ##", "h6(a)"), ("####### a", "p(####### a)"), ("#a", "p(#a)"), ("#", "h1()"),
        ("a\n===", "h1(a)"), ("a\n---", "h2(a)"), ("---", "hr"), ("* * *", "hr"), ("a\n\n***\nb", "p(a) ~hr p(b)"),
        ("## C#", "h2(C#)"), ("a\n# b\nc", "p(a) h1(b) p(c)"),
    ])
    func `paragraphs, headings, rules`(text: String, expected: String) {
        #expect(told(Markdown.parts(of: text)) == expected)
    }

    @Test(arguments: [
        ("- a\n- b", "ul[p(a); p(b)]"), ("* a\n\n* b", "ul[p(a); ~p(b)]"), ("1. a\n2. b", "ul[1. p(a); 2. p(b)]"),
        ("3) a\n7) b", "ul[3) p(a); 7) p(b)]"), ("- a\n  - b\n    - c\n- d", "ul[p(a) ul[p(b) ul[p(c)]]; p(d)]"),
        ("1. a\n  - b\n2. c", "ul[1. p(a) ul[p(b)]; 2. p(c)]"), ("- a\n  more\n- b", "ul[p(a\nmore); p(b)]"),
        ("- a\nlazy", "ul[p(a\nlazy)]"), ("- a\n\n  b", "ul[p(a) ~p(b)]"), ("- a\n\nb", "ul[p(a)] ~p(b)"),
        ("- a\n+ b", "ul[p(a)] ul[p(b)]"), ("-a", "p(-a)"), ("-", "ul[]"), ("a\n- b", "p(a) ul[p(b)]"),
        ("1. a\n   ```sh\n   ls\n   ```\n2. b", "ul[1. p(a) code:sh(ls); 2. p(b)]"),
        ("1. a\n\n   ```\n   x\n\n   y\n   ```\n\n2. b", "ul[1. p(a) ~code:(x\n\ny); ~2. p(b)]"),
        ("- [ ] a\n- [x] b", "ul[p([ ] a); p([x] b)]"), ("1. a\n\ntext\n\n2. b", "ul[1. p(a)] ~p(text) ~ul[2. p(b)]"),
        ("- > q\n- # h", "ul[q{p(q)}; h1(h)]"), ("1234567890. a", "p(1234567890. a)"),
    ])
    func `lists keep their numbers and nest`(text: String, expected: String) {
        #expect(told(Markdown.parts(of: text)) == expected)
    }

    @Test(arguments: [
        ("> a\n> b", "q{p(a\nb)}"), ("> a\n>\n> b", "q{p(a) ~p(b)}"), ("> > a", "q{q{p(a)}}"),
        (">a\nb", "q{p(a)} p(b)"),
        ("> - a\n>   - b", "q{ul[p(a) ul[p(b)]]}"),
    ])
    func `quotes`(text: String, expected: String) { #expect(told(Markdown.parts(of: text)) == expected) }

    @Test(arguments: [
        ("```\na\n```", "code:(a)"), ("```Swift x\nlet a\n```\nb", "code:Swift x(let a) p(b)"),
        ("```\nopen\n\nmore", "code:(open\n\nmore)"), ("~~~\n```\n~~~", "code:(```)"),
        ("````\n```\n````", "code:(```)"),
        ("```a`b", "p(```a`b)"), ("```", "code:()"), ("a\n```\nb\n```", "p(a) code:(b)"),
        ("    x\n      y", "code:(x\n  y)"),
        ("a\n    b", "p(a\n    b)"), ("a\n\n    b\n\n    c\nd", "p(a) ~code:(b\n\nc) p(d)"),
        ("```\n# no\n- no\n```", "code:(# no\n- no)"),
        ("  ```\n  a\n b\n  ```", "code:(a\nb)"),
    ])
    func `code stays as written`(text: String, expected: String) { #expect(told(Markdown.parts(of: text)) == expected) }

    @Test(arguments: [
        ("|a|b|\n|-|-|\n|1|2|", "table:ll[a|b; 1|2]"), ("a | b\n:-: | -:\n1 | 2", "table:cr[a|b; 1|2]"),
        ("|a|b|\n|-|-|\n|1|", "table:ll[a|b; 1|]"), ("|a|b|\n|-|-|\n|1|2|3|", "table:lll[a|b|; 1|2|3]"),
        ("|a|\n|-|\n|x \\| y|", "table:l[a; x | y]"), ("|a|\n|-|\n|`x|y`|", "table:l[a; x|y]"),
        ("a | b", "p(a | b)"), ("a | b\n--", "h2(a | b)"),
        ("text\n|a|b|\n|-|-|\n|1|2|\n\nend", "p(text) table:ll[a|b; 1|2] ~p(end)"),
        ("|a|b|\n|-|\n", "p(|a|b|\n|-|)"),
    ])
    func `tables lose no cell`(text: String, expected: String) { #expect(told(Markdown.parts(of: text)) == expected) }

    @Test(arguments: [
        ">", "> ", "- ", "-\n", "1. ", "```\n", "|-|", "|a|\n|-|\n", "  - a\n", "\n", "#", "* * ", "    ", "- > ",
        "a\n---\n", "\t- x\n",
    ])
    func `a hundred thousand of anything are read, however deep`(piece: String) {
        #expect(!Markdown.parts(of: "x " + String(repeating: piece, count: 100_000)).isEmpty)
        _ = Markdown.parts(of: String(repeating: piece, count: 100_000))
    }

    @Test func `steps of growing depth are bounded`() {
        let text = (0..<2_000).map { String(repeating: " ", count: 2 * $0) + "- x" }.joined(separator: "\n")
        #expect(!Markdown.parts(of: text).isEmpty)
    }
}

@Suite struct CodeColourTests {
    private func told(_ code: String, _ language: String) -> [[String]] {
        CodeColours.lines(of: code, language: language).map { $0.map { "\($0.kind):\($0.text)" } }
    }

    @Test(arguments: [
        ("python", "def f(): # x", "keyword:def|plain: f(): |comment:# x"),
        ("swift", "let a = 1.5", "keyword:let|plain: a = |number:1.5"),
        ("js", "const s = 'a\\'b'", "keyword:const|plain: s = |string:'a\\'b'"),
        ("go", "func main() {}", "keyword:func|plain: main() {}"),
        ("rust", "fn f<'a>() {}", "keyword:fn|plain: f<'a>() {}"),
        ("sql", "SELECT 1 -- c", "keyword:SELECT|plain: |number:1|plain: |comment:-- c"),
        ("bash", "echo $# # c", "keyword:echo|plain: $# |comment:# c"),
        ("c", "#include <x.h>", "keyword:#include|plain: <x.h>"),
        ("java", "int x = 0x1F; // c", "keyword:int|plain: x = |number:0x1F|plain:; |comment:// c"),
        ("ts", "interface A {}", "keyword:interface|plain: A {}"),
        ("json", #"{"a": true}"#, #"plain:{|string:"a"|plain:: |keyword:true|plain:}"#),
        ("yaml", "a: true # c", "plain:a: |keyword:true|plain: |comment:# c"),
        ("klingon", "let it's \"x\" 3", "plain:let it's |string:\"x\"|plain: |number:3"),
        ("diff", "+ a", "added:+ a"), ("kotlin", "val s = \"語\"", "keyword:val|plain: s = |string:\"語\""),
        ("python", "x2 = 3", "plain:x2 = |number:3"),
    ])
    func `languages`(language: String, code: String, expected: String) {
        #expect(told(code, language).first?.joined(separator: "|") == expected)
    }

    @Test func `texts and comments go on over lines`() {
        let lines = CodeColours.lines(of: "a = \"\"\"one\n# two\n\"\"\" + 1\n/* x", language: "python")
        #expect(lines.map { $0.map(\.kind) } == [[.plain, .string], [.string], [.string, .plain, .number], [.plain]])
        let block = CodeColours.lines(of: "a /* b\nc */ d", language: "c")
        #expect(block.map { $0.map(\.kind) } == [[.plain, .comment], [.comment, .plain]])
    }

    @Test(arguments: [
        "python", "js", "swift", "c", "go", "rust", "bash", "sql", "java", "ruby", "yaml", "html", "", "diff",
    ])
    func `every byte stays, whatever is written`(language: String) {
        var random = SplitMix(state: 7)
        let pieces = [
            "\"", "'", "`", "/*", "*/", "//", "#", "\\", "\"\"\"", "a", "if", "1.", "語", "\n", " ", "<!--", "-->",
            "\u{1B}[31m",
        ]
        for _ in 0..<200 {
            let code = (0..<Int(random.next() % 60)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }
                .joined()
            let read = CodeColours.lines(of: code, language: language).map { $0.map(\.text).joined() }.joined(
                separator: "\n")
            #expect(read.utf8.elementsEqual(code.utf8))
        }
        let long = String(repeating: "'\"`/*", count: 50_000)
        #expect(CodeColours.lines(of: long, language: language).joined().map(\.text).joined() == long)
    }
}
