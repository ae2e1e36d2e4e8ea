import Cells
import Testing

@Suite struct TextEditorTests {
    static let layout = EditorLayout(width: 20)

    /// Repeatable, so that a failure can be had again.
    struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    static let pieces = [
        "a", "word ", "\n", "e\u{301}", "\u{301}", "日本", "👩‍👩‍👧", "\u{200D}", "🇩🇪", "🇩", "\r\n", "\t", "  ", "{{name}}",
        "한", "\u{1100}", "\u{1161}", "x\ny\nz", "\u{FE0F}", "ß", "नी", "\u{0}",
    ]

    /// One random edit or move; returns whether the text may have changed by a step of undo.
    static func act(_ editor: inout TextEditor, _ dice: inout Dice) {
        let moves: [TextEditor.Move] = [
            .left, .right, .up, .down, .wordLeft, .wordRight, .lineStart, .lineEnd, .pageUp(rows: 3),
            .pageDown(rows: 3), .documentStart, .documentEnd,
        ]
        switch Int.random(in: 0..<10, using: &dice) {
        case 0...4: editor.insert(pieces.randomElement(using: &dice) ?? "")
        case 5: editor.deleteBackward()
        case 6: editor.deleteForward()
        case 7:
            if Bool.random(using: &dice) { editor.deleteWordBackward() } else { editor.deleteToLineEnd() }
        default:
            let move = moves.randomElement(using: &dice) ?? .left
            editor.move(move, extending: Bool.random(using: &dice), layout: layout)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `five thousand random edits undone one by one give the start text, and redone the end text`(seed: UInt64) {
        let start = "You are {{role}}.\nGreet e\u{301}veryone 👋🏽 in 日本語.\r\n\nEnd"
        var editor = TextEditor(start)
        var dice = Dice(state: seed)
        for _ in 0..<5000 {
            Self.act(&editor, &dice)
            let line = editor.document.lines[editor.cursor.line]
            #expect(editor.cursor.column <= line.count)
        }
        let end = editor.text
        // Lines are cut as Swift itself would cut them: no cluster was ever split or wrongly kept apart.
        for line in editor.document.lines { #expect(line == Array(String(line))) }
        while editor.undo() {}
        #expect(Array(editor.text.utf8) == Array(start.utf8))
        while editor.redo() {}
        #expect(Array(editor.text.utf8) == Array(end.utf8))
    }

    @Test func `text comes out byte for byte as it went in`() {
        for text in ["", "\n", "a\r\nb\rc\n", "\u{FEFF}x\u{0}y", "e\u{301}\u{E9}", "\n\n\n"] {
            #expect(Array(TextEditor(text).text.utf8) == Array(text.utf8))
        }
    }

    @Test func `a mark typed behind a letter becomes one character with it`() {
        var editor = TextEditor("")
        editor.insert("e")
        editor.insert("\u{301}")
        #expect(editor.cursor == TextPosition(line: 0, column: 1))
        editor.deleteBackward()
        #expect(editor.text.isEmpty)
    }

    @Test func `two halves of a flag typed apart join`() {
        var editor = TextEditor("")
        editor.insert("🇩")
        editor.insert("🇪")
        #expect(editor.document.lines[0].count == 1)
        editor.undo()
        #expect(editor.text == "🇩")
    }

    /// Keys, and the texts that undo leads through, the last typed first.
    @Test(arguments: [
        ("hello big world", ["hello big ", "hello ", ""]), ("a, b", ["a, ", ""]), ("  x", ["  ", ""]),
        ("one two\u{8}\u{8}", ["one two", "one ", ""]), ("ab c\u{8}\u{8}\u{8}", ["ab ", "ab c", "ab ", ""]),
        ("日本 語", ["日本 ", ""]), ("snake_case2 x", ["snake_case2 ", ""]),
    ])
    func `typing is taken back by words, and done again by words`(typed: String, texts: [String]) {
        var editor = TextEditor("")
        for character in typed {
            if character == "\u{8}" { editor.deleteBackward() } else { editor.type(character) }
        }
        let whole = editor.text
        for text in texts {
            editor.undo()
            #expect(editor.text == text)
        }
        #expect(!editor.canUndo)
        for text in texts.reversed().dropFirst() {
            editor.redo()
            #expect(editor.text == text)
        }
        editor.redo()
        #expect(editor.text == whole)
    }

    @Test func `a word begun elsewhere is a step of its own`() {
        var editor = TextEditor("")
        for character in "ab" { editor.type(character) }
        editor.move(.left, layout: Self.layout)
        editor.type("x")
        editor.undo()
        #expect(editor.text == "ab")
        editor.insert("pasted")
        editor.type("y")
        editor.undo()
        #expect(editor.text == "apastedb")
    }

    @Test(arguments: [
        ("one\ntwo\nthree", "new\none\ntwo\nthree", 3), ("one\ntwo\nthree", "two\nthree", 1),
        ("one\ntwo\nthree", "one\ntwo\nthree\nfour", 2), ("one\ntwo\nthree", "one\ntwo\nTHREE", 2),
        ("one\ntwo\nthree", "x", 0),
    ])
    func `after an editor elsewhere the cursor stands in its line`(old: String, new: String, line: Int) {
        var editor = TextEditor(old)
        editor.move(.to(TextPosition(line: 2, column: 1)), layout: Self.layout)
        editor.replaceAll(with: new)
        #expect(editor.cursor == TextPosition(line: line, column: 1))
        #expect(editor.text == new)
        editor.undo()
        #expect(editor.text == old)
    }

    @Test func `a selection is replaced by what is typed`() {
        var editor = TextEditor("one two three")
        editor.move(.to(TextPosition(line: 0, column: 4)), layout: Self.layout)
        editor.move(.wordRight, extending: true, layout: Self.layout)
        #expect(editor.selectedText == "two")
        editor.insert("2")
        #expect(editor.text == "one 2 three")
        #expect(editor.selection == nil)
        editor.undo()
        #expect(editor.selectedText == "two")
    }

    @Test func `moves by rows keep the column through short rows`() {
        var editor = TextEditor("abcdef\nab\nabcdef")
        editor.move(.to(TextPosition(line: 0, column: 5)), layout: Self.layout)
        editor.move(.down, layout: Self.layout)
        #expect(editor.cursor == TextPosition(line: 1, column: 2))
        editor.move(.down, layout: Self.layout)
        #expect(editor.cursor == TextPosition(line: 2, column: 5))
    }

    @Test func `a long line is broken behind spaces and nothing of it is lost`() {
        let line = Array("the quick brown fox 日本語の文章 jumps")
        let rows = EditorLayout(width: 10).rows(of: line)
        #expect(rows.map { String(line[$0]) } == ["the quick ", "brown fox ", "日本語の文", "章 jumps"])
        #expect(EditorLayout(width: 3).rows(of: []) == [0..<0])
        #expect(EditorLayout(width: 4).rows(of: Array("abcdefghi")) == [0..<4, 4..<8, 8..<9])
    }

    @Test func `vertical moves go through the rows of a wrapped line`() {
        let layout = EditorLayout(width: 10)
        var editor = TextEditor("the quick brown fox")
        editor.move(.to(TextPosition(line: 0, column: 3)), layout: layout)
        editor.move(.down, layout: layout)
        #expect(editor.cursor == TextPosition(line: 0, column: 13))
        editor.move(.up, layout: layout)
        #expect(editor.cursor == TextPosition(line: 0, column: 3))
    }

    @Test func `finding goes around and minds large letters only when asked`() {
        var editor = TextEditor("Tone and tone\nTONE")
        #expect(editor.matches(of: "tone").count == 3)
        #expect(editor.matches(of: "Tone").count == 1)
        let found = editor.find("tone")
        #expect(found)
        #expect(editor.selectedText == "Tone")
        editor.find("tone")
        editor.find("tone")
        #expect(editor.cursor.line == 1)
        editor.find("tone")
        #expect(editor.selectedText == "Tone")
        editor.find("tone", backward: true)
        #expect(editor.selectedText == "TONE")
        let nothing = editor.find("zzz")
        #expect(!nothing)
    }

    @Test func `the view follows the cursor and a click finds its place`() {
        let layout = EditorLayout(width: 8)
        var editor = TextEditor((1...30).map { "line \($0)" }.joined(separator: "\n"))
        var view = EditorView()
        editor.move(.documentEnd, layout: layout)
        view.follow(editor, layout: layout, height: 5)
        #expect(view.topLine == 25)
        #expect(view.position(atX: 2, y: 1, of: editor, layout: layout) == TextPosition(line: 26, column: 2))
        editor.move(.documentStart, layout: layout)
        view.follow(editor, layout: layout, height: 5)
        #expect(view.topLine == 0)
    }

    @Test func `an editor draws into any rectangle and says where the cursor is`() {
        var editor = TextEditor("one\ttwo 日本\n\u{1B}[31m{{name}}")
        editor.move(.documentStart, layout: EditorLayout(width: 9))
        editor.move(.documentEnd, extending: true, layout: EditorLayout(width: 9))
        for width in 0...12 {
            for height in 0...4 {
                var grid = Grid(size: Size(width: width, height: height))
                let layout = EditorLayout(width: width)
                var view = EditorView()
                view.follow(editor, layout: layout, height: height)
                let styles = EditorView.Styles(text: Style(), selection: Style(), number: Style())
                grid.draw { canvas in
                    _ = view.draw(editor, layout: layout, into: &canvas, styles: styles)
                }
            }
        }
    }
}
