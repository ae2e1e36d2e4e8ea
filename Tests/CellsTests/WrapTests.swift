import Cells
import Testing

struct WrapTests {
    @Test(arguments: [
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 8, ["one two", "three"]),
        ("", 5, [""]),
        ("a\n\nb", 5, ["a", "", "b"]),
        ("a\r\nb\rc\u{2028}d", 5, ["a", "b", "c", "d"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("ab abcdefgh", 4, ["ab", "abcd", "efgh"]),
        ("well-known", 6, ["well-", "known"]),
        ("日本語のテキスト", 5, ["日本", "語の", "テキ", "スト"]),
        ("日本。語", 4, ["日", "本。", "語"]),
        ("word日本", 6, ["word日", "本"]),
        ("a\tb", 10, ["a   b"]),
        ("  indented text", 10, ["  indented", "text"]),
        ("日本", 1, ["日", "本"]),
        ("e\u{301}e\u{301}e\u{301}", 2, ["e\u{301}e\u{301}", "e\u{301}"]),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3, ["👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]),
        ("trailing   ", 20, ["trailing"]),
    ])
    func `text breaks between words, else between characters`(_ text: String, _ width: Int, _ lines: [String]) {
        #expect(wrap(text, width: width) == lines)
    }

    @Test func `no line is wider than asked and no character gets lost`() {
        var generator = Splitmix(state: 99)
        let pieces = ["a", "bc", " ", "  ", "日", "long-word", "。", "\n", "\t", "👍🏽", "e\u{301}", "\u{1B}", "x/y"]
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 0...30, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined()
            let width = Int.random(in: 2...20, using: &generator)
            let lines = wrap(text, width: width)
            #expect(lines.allSatisfy { displayWidth(of: $0) <= width }, "\(text.debugDescription) at \(width)")
            let white: Set<Character> = [" ", "\t", "\n"]
            #expect(lines.joined().filter { !white.contains($0) } == text.filter { !white.contains($0) })
        }
    }

    @Test func `continued lines are indented`() {
        #expect(wrap("aaaa bbbb cccc", width: 12, indent: 2) == ["aaaa bbbb", "  cccc"])
    }
}
