import Cells
import Testing

struct KeyTests {
    @Test(arguments: [
        ("x", Key.character("x")), ("C-d", Key.control("d")), ("M-x", Key.alt("x")), ("Enter", .enter),
        ("BTab", .backTab),
        ("Up", .up), ("F12", Key(.function(12))), ("Space", .space), ("C-Space", Key(.character(" "), .control)),
        ("S-Up", Key(.up, .shift)), ("C-M-Left", Key(.left, [.control, .alt])), ("-", .character("-")),
        ("M--", Key(.character("-"), .alt)), ("日", .character("日")), ("Esc", .escape), ("G", .character("G")),
    ])
    func `a key's notation is read and printed alike`(_ notation: String, _ key: Key) {
        #expect(Key(notation) == key)
        #expect(key.description == notation)
    }

    @Test(arguments: ["", "F0", "F13", "Entr", "X-a", "C-", "ab"])
    func `what is no key is refused`(_ notation: String) {
        #expect(Key(notation) == nil)
    }

    @Test func `names are read in any case, controls as lower case`() {
        #expect(Key("enter") == .enter)
        #expect(Key("C-D") == .control("d"))
        #expect(Key("M-X") == .alt("X"))
        #expect(
            Key.up.label(.unicode) == "↑" && Key.up.label(.ascii) == "^" && Key.control("d").label(.unicode) == "C-d")
    }
}
