import Cells
import Testing
import TraceModel

@testable import Console

@Suite struct MarkdownLayoutTests {
    private func shown(_ text: String, width: Int = 40) -> [String] {
        Prose.lines(text, width: width, indent: 0).map { String(repeating: " ", count: $0.indent) + $0.plain }
    }

    @Test(arguments: [
        ("# Title\n\ntext", ["Title", "", "text"]), ("a **b** c", ["a b c"]),
        ("- a\n  - b\n- c", ["• a", "  • b", "• c"]),
        ("9. a\n10. b\n    more", ["9. a", "10. b", "    more"]), ("> a\n> > b", ["│ a", "│ │ b"]),
        ("[x](http://a.b)", ["x (http://a.b)"]), ("```swift\nlet a = 1\n```", ["  swift", "  let a = 1"]),
        ("1. x\n   ```\n   a\n   ```", ["1. x", "     a"]), ("- > q", ["• │ q"]), ("a\tb", ["a    b"]),
        ("|a|bb|\n|-|-:|\n|ccc|d|", ["a   │ bb", "────┼───", "ccc │  d"]),
        ("|名|v|\n|-|-|\n|日本語|1|", ["名     │ v", "───────┼──", "日本語 │ 1"]), ("", [""]),
        ("> ```\n> x\n> ```", ["│ │ x"]),
    ])
    func `shapes`(text: String, expected: [String]) { #expect(shown(text) == expected) }

    /// Ten ways in which models write, in six scripts.
    static let answers = [
        "## Refund policy\n\nYou can return items **within 30 days**. See [the policy](https://acme.example/refunds?a=1) or `returns@acme.example`.\n\n1. Open *Orders*\n2. Choose the item\n   - if it is damaged, add a photo\n   - else go on\n3. Print the label",
        "以下は**重要な点**です：\n\n- 第一に、`設定`を確認してください。とても長い行なので折り返しが必要になります。\n- 第二に、[文書](https://例え.jp/道)を読む\n\n| 項目 | 値段 | 備考 |\n|:--|--:|:-:|\n| りんご | ¥120 | 青森産の大きなもの |\n| みかん | ¥80 | – |",
        "Вот **пример** кода:\n\n```python\ndef привет(имя: str) -> None:\n    \"\"\"Здоровается.\"\"\"\n    print(f\"Привет, {имя}!\")  # вежливо\n```\n\n> Цитата, которая достаточно длинна, чтобы занять больше одной строки на узком экране.",
        "هذا **نص مهم** مع `كود` و[رابط](https://a.example).\n\n1. أولاً\n2. ثانياً",
        "यह **महत्वपूर्ण** है:\n\n* पहला बिंदु\n* दूसरा *बिंदु*\n\n---\n\nधन्यवाद 🙏🏽 👨‍👩‍👧",
        "정리하면 다음과 같습니다.\n\n### 단계\n1) **설치**: `npm i`\n2) 실행\n\n~~옛날 방법~~",
        "| Model | Price | Latency | Context | Notes | More | Even more | Last |\n|---|---|---|---|---|---|---|---|\n| a-very-long-model-name-that-does-not-fit | $0.0025 per 1K tokens | 1.2 s at p95 | 128k | first line<br>second line | x | y | z |",
        "Unclosed fence:\n\n```json\n{\"a\": [1, 2,",
        "Escapes: \u{1B}[31mred\u{1B}[0m and `\u{1B}]0;title\u{7}` \u{202E}reversed\u{202C}\n\n```sh\nprintf '\\e[2J'\u{1B}[2J\n```",
        "**Answer:** \\(x^2 + y_1\\)\n\n$$\n\\sum_{i=0}^n i * i\n$$\n\n- [x] done\n- [ ] open\n\n#### Deep\nhttps://example.org/a_b_c_d/very/long/address/that/has/no/place/to/break/and/goes/on",
    ]

    @Test(arguments: answers, [8, 20, 33, 78, 158])
    func `nothing is wider than its width, and no word is lost`(text: String, width: Int) {
        let lines = Prose.lines(text, width: width, indent: 2)
        // A sign of two columns in a table of narrow cells may stick out of less than the least.
        for line in lines { #expect(line.indent + displayWidth(of: line.plain) <= max(width, 12), "\(line.plain)") }
        let read = lines.map(\.plain).joined()
        func letters(_ text: String) -> String {
            text.replacing("<br>", with: "").filter { $0.isLetter || $0.isNumber }
        }
        // Heads of a table that became a list stand before each row, so order is not compared.
        func counts(_ text: String) -> [Character: Int] { text.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
        let found = counts(letters(read))
        for (letter, count) in counts(letters(text)) { #expect(found[letter, default: 0] >= count, "\(letter)") }
    }

    @Test func `a table too wide for columns becomes a list of its cells`() {
        let lines = shown(Self.answers[6], width: 38)
        #expect(lines.contains("Price:     $0.0025 per 1K tokens"))
        #expect(lines.contains("           second line"))
        // Where the heads are too long for a column of their own, cells follow them.
        #expect(shown(Self.answers[6], width: 20).contains("Latency: 1.2 s at"))
    }

    @Test func `two pieces of code are told apart`() {
        #expect(shown("```go\na\n```\n```c\nb\n```") == ["  go", "  a", "", "  c", "  b"])
    }

    @Test func `a line of code that is too wide is seen to go on`() {
        let lines = Prose.lines("```\n0123456789abcdef\nnext\n```", width: 12, indent: 0)
        #expect(lines.map(\.plain) == ["0123456789", "abcdef", "next"])
        #expect(lines.map(\.isContinued) == [false, true, false])
        #expect(shown("- ```\n  0123456789abcdef\n  ```", width: 12).last == "    89abcdef")
        #expect(shown("> ```\n> 0123456789abcdef\n> ```", width: 12) == ["│ │ 01234567", "│ … 89abcdef"])
    }

    @Test func `written as it was on demand, byte for byte`() {
        let text = "# a\n**b**  c\n\n```x"
        let lines = Prose.lines(text, width: 80, indent: 0, reading: Reading(isRaw: true))
        #expect(lines.map(\.plain).joined(separator: "\n") == text)
    }

    @Test func `large JSON is folded, and unfolds`() throws {
        let members = (0..<30).map { #""k\#($0)": {"list": [\#((0..<30).map(String.init).joined(separator: ","))]}"# }
        let json = "{" + members.joined(separator: ",") + "}"
        let folded = Prose.lines(json, width: 60, indent: 0)
        #expect(folded.count == 32)
        #expect(folded[1].plain == #""k0": { … 1 },"#)
        #expect(Prose.lines(json, width: 60, indent: 0, reading: Reading(isUnfolded: true)).count > 100)
    }

    @Test func `data in a text is its type and size`() {
        let data = String(repeating: "QUJD", count: 4_096)
        let text = "Look: ![x](data:image/png;base64,\(data)) and data:text/plain;base64,QUJD end"
        #expect(BinaryText.shortened(text) == "Look: ![x]([image/png, 12 kB]) and data:text/plain;base64,QUJD end")
    }

    @Test func `a megabyte is laid out and nothing of it lost`() {
        let text = (0..<12_000).map {
            "**\($0)** some `words` of a line that is long enough to be broken once\n\n- item"
        }
        .joined(separator: "\n")
        #expect(text.utf8.count > 900_000)
        let lines = Prose.lines(text, width: 60, indent: 2)
        #expect(lines.count >= 36_000)
    }
}
