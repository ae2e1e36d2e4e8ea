import Cells
import Testing

struct TextFieldTests {
    private func type(_ keys: String, into text: String = "") -> TextField {
        var field = TextField(text)
        for notation in keys.split(separator: " ") {
            guard let key = Key(String(notation)) else { continue }
            let isHandled = field.handle(key)
            #expect(isHandled, "\(notation)")
        }
        return field
    }

    @Test(arguments: [
        ("a b Left c", "", "acb", 2),
        ("C-a x", "yz", "xyz", 1),
        ("BSpace", "日本", "日", 1),
        ("Home Del", "日本", "本", 0),
        ("C-w", "one two", "one ", 4),
        ("C-w C-w C-w", "one two", "", 0),
        ("M-b M-b C-k", "one two-x", "one ", 4),
        ("C-u", "gone", "", 0),
        ("Home M-f x", "one two", "onex two", 4),
        ("BSpace", "👨‍👩‍👧‍👦", "", 0),
        ("Space", "a", "a ", 2),
    ])
    func `keys edit as in a shell`(_ keys: String, _ before: String, _ after: String, _ cursor: Int) {
        let field = type(keys, into: before)
        #expect(field.text == after)
        #expect(field.cursor == cursor)
    }

    @Test(arguments: [("9 0", "90"), ("BSpace", ""), ("Del 7", "7"), ("Right 9", "539"), ("Home 9", "953")])
    func `a value that is to be replaced is typed over, unless one moves in it first`(_ keys: String, _ after: String) {
        var field = TextField(replacing: "53")
        #expect(field.isSelected)
        for notation in keys.split(separator: " ") { _ = field.handle(Key(String(notation)) ?? .enter) }
        #expect(field.text == after)
        #expect(!field.isSelected)
    }

    @Test func `control characters never get in`() {
        var field = TextField("a\nb")
        field.insert("\u{1B}[31m\r\n\t")
        #expect(field.text == "a b [31m   ")
        #expect(field.handle(.enter) == false)
        #expect(field.handle(.control("x")) == false)
    }

    @Test func `a mark typed after a letter joins it`() {
        var field = TextField("xe")
        field.insert("\u{301}")
        #expect(field.characters == ["x", "e\u{301}"])
        #expect(field.cursor == 2)
    }

    @Test func `the cursor stays in sight`() {
        func drawn(_ field: TextField, _ width: Int) -> (String, Int?) {
            var grid = Grid(size: Size(width: width, height: 1))
            let cursor = grid.draw { field.draw(into: &$0, in: $0.bounds, Style()) }
            return (grid.text, cursor?.x)
        }
        #expect(drawn(TextField("abc"), 5) == ("abc", 3))
        #expect(drawn(TextField("abcdefgh"), 5) == ("efgh", 4))
        #expect(drawn(TextField("日本語"), 4) == ("語", 2))
        #expect(drawn(TextField("abc"), 1) == ("", 0))
        #expect(drawn(TextField("abc"), 0) == ("", nil))
        var moved = TextField("abcdefgh")
        moved.moveToStart()
        #expect(drawn(moved, 5) == ("abcde", 0))
    }
}
