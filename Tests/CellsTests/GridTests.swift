import Cells
import Testing

struct GridTests {
    private let red = Style(foreground: Color(red: 255, green: 0, blue: 0), attributes: .bold)
    private let ground = Style(background: Color(red: 0, green: 0, blue: 40), attributes: .reverse)

    @Test func `a cell keeps text, width and style`() {
        let style = Style(
            foreground: Color(red: 1, green: 2, blue: 3), background: Color(red: 255, green: 254, blue: 253),
            attributes: [.italic, .underline])
        for character: Character in ["a", "é", "日", "👍", "e\u{301}"] {
            let cell = Cell(character, style: style)
            #expect(cell.text == String(character))
            #expect(cell.style == style)
        }
        #expect(Cell("x").style == Style())
        #expect(Cell.blank.text == " ")
    }

    @Test func `a cluster too long for a cell keeps whole scalars`() {
        let zalgo = Character("a" + String(repeating: "\u{301}", count: 40))
        #expect(Cell(zalgo).text == "a" + String(repeating: "\u{301}", count: 7))
        #expect(Cell("👨‍👩‍👧‍👦").text.unicodeScalars.first == "👨")
        #expect(Cell("👨‍👩‍👧‍👦").width == 2)
    }

    @Test func `a wide character takes its cell and a continuation`() {
        var grid = Grid(size: Size(width: 4, height: 1))
        #expect(grid.write("日a", at: Point(x: 0, y: 0)) == 3)
        #expect(grid[0, 0].text == "日" && grid[0, 0].width == 2)
        #expect(grid[1, 0].isContinuation)
        #expect(grid.text(row: 0) == "日a")
    }

    @Test func `overwriting half of a wide character leaves a space`() {
        var grid = Grid(size: Size(width: 4, height: 1))
        grid.write("日本", at: Point(x: 0, y: 0))
        grid.write("xy", at: Point(x: 1, y: 0))
        #expect(grid.text == " xy")
        #expect((0..<4).allSatisfy { grid[$0, 0].width == 1 })
        grid.write("日本", at: Point(x: 0, y: 0))
        grid.write("本", at: Point(x: 1, y: 0))
        #expect(grid.text == " 本")
        grid.write("日本", at: Point(x: 0, y: 0))
        grid.draw { $0.fill(Rect(x: 1, y: 0, width: 2, height: 1), Style()) }
        #expect(grid.text == "")
    }

    @Test func `text is cut at whole characters`() {
        var grid = Grid(size: Size(width: 5, height: 1))
        #expect(grid.write("日本語", at: Point(x: 0, y: 0)) == 4)
        #expect(grid.text == "日本")
        #expect(grid.write("日本語", at: Point(x: 0, y: 0), overflow: .ellipsis) == 5)
        #expect(grid.text == "日本…")
        #expect(grid.write("日本語", at: Point(x: 0, y: 0), maxWidth: 4, overflow: .ellipsis) == 3)
        #expect(grid.text.hasPrefix("日…"))
        #expect(grid.write("abcdef", at: Point(x: 0, y: 0), maxWidth: 1, overflow: .ellipsis) == 1)
        #expect(grid.text.hasPrefix("…"))
        #expect(grid.write("abc", at: Point(x: 0, y: 0), maxWidth: 0) == 0)
        #expect(grid.write("abc", at: Point(x: 2, y: 0), overflow: .ellipsis) == 3)
        #expect(grid.text.hasSuffix("abc"))
    }

    @Test func `text outside of the grid is cut off on every side`() {
        var grid = Grid(size: Size(width: 3, height: 2))
        grid.write("abcde", at: Point(x: -1, y: 0))
        #expect(grid.text(row: 0) == "bcd")
        grid.write("日本", at: Point(x: -1, y: 1))
        #expect(grid.text(row: 1) == " 本")
        for point in [Point(x: 0, y: -1), Point(x: 0, y: 2), Point(x: 3, y: 0), Point(x: -9, y: 0), Point(x: 9, y: 9)] {
            grid.write("日本zz", at: point)
        }
        #expect(grid.text == "bcd\n 本")
        grid.write("a", at: Point(x: .min / 2, y: .max / 2))
        grid.draw { $0.fill(Rect(x: -5, y: -5, width: 3, height: 3), self.red) }
        #expect(grid.text == "bcd\n 本")
    }

    @Test func `what a style leaves open shows through`() {
        var grid = Grid(size: Size(width: 4, height: 1))
        grid.fill(grid.bounds, ground)
        grid.write("a", at: Point(x: 0, y: 0), red)
        #expect(grid[0, 0].style.background == ground.background)
        #expect(grid[0, 0].style.foreground == red.foreground)
        #expect(grid[0, 0].style.attributes == [.bold, .reverse])
        let own = Color(red: 9, green: 9, blue: 9)
        grid.write("b", at: Point(x: 1, y: 0), Style(background: own))
        #expect(grid[1, 0].style == Style(background: own))
        grid.write("日", at: Point(x: 2, y: 0), red)
        #expect(grid[3, 0].style == grid[2, 0].style)
        grid.draw { $0.tint(Rect(x: 2, y: 0, width: 2, height: 1), Style(background: own, attributes: .underline)) }
        #expect(grid[2, 0].text == "日" && grid[3, 0].isContinuation)
        #expect(grid[2, 0].style.background == own && grid[2, 0].style.foreground == red.foreground)
        #expect(grid[2, 0].style.attributes.contains([.bold, .underline]))
    }

    @Test func `attributes of a ground show through text, those of text do not`() {
        var grid = Grid(size: Size(width: 4, height: 1))
        let underlined = Style(attributes: .underline)
        grid.fill(grid.bounds, underlined)
        grid.write("日x", at: Point(x: 0, y: 0), red)
        #expect((0..<4).allSatisfy { grid[$0, 0].style.attributes.contains(.underline) })
        grid.write("y", at: Point(x: 2, y: 0))
        #expect(grid[2, 0].style.attributes == .underline)
        grid.write("z", at: Point(x: 3, y: 0), Style(background: Color(red: 9, green: 9, blue: 9)))
        #expect(grid[3, 0].style.attributes == [])
    }

    @Test func `on a reversed ground text keeps the ground's colour, so that the ground is one piece`() {
        var grid = Grid(size: Size(width: 2, height: 1))
        let ink = Color(red: 200, green: 200, blue: 200)
        grid.fill(grid.bounds, Style(foreground: ink, attributes: .reverse))
        grid.write("a", at: Point(x: 0, y: 0), red)
        #expect(grid[0, 0].style.foreground == ink && grid[1, 0].style.foreground == ink)
        #expect(grid[0, 0].style.attributes == [.bold, .reverse])
    }

    @Test func `a canvas draws in its rectangle only`() {
        var grid = Grid(size: Size(width: 6, height: 3), style: Style())
        grid.draw(in: Rect(x: 1, y: 1, width: 3, height: 1)) { canvas in
            #expect(canvas.size == Size(width: 3, height: 1))
            canvas.fill(with: "x")
            canvas.write("too long", at: Point(x: 1, y: 0))
            canvas.write("no", at: Point(x: 0, y: 1))
            canvas.draw(in: Rect(x: 2, y: 0, width: 9, height: 9)) { inner in
                #expect(inner.size == Size(width: 9, height: 9))
                inner.write("abc", at: Point(x: 0, y: 0))
                inner.write("日", at: Point(x: -1, y: 0))
            }
            #expect(canvas.bounds == Rect(x: 0, y: 0, width: 3, height: 1))
        }
        // The wide character would begin outside of the inner rectangle, so its part inside is a space.
        #expect(grid.text == "\n xt\n")
        #expect(grid[4, 1] == .blank)
    }

    @Test func `numbers stand at the right, titles in the middle`() {
        var grid = Grid(size: Size(width: 8, height: 3))
        grid.draw { canvas in
            #expect(canvas.writeRight("12.5", endingAt: 8, y: 0) == 4)
            #expect(canvas.writeRight("123456789", endingAt: 6, y: 1) == 6)
            #expect(canvas.writeCentered("日本", in: canvas.bounds, y: 2) == 4)
        }
        #expect(grid.text == "    12.5\n12345…\n  日本")
    }

    @Test func `styled runs share one line and one ellipsis`() {
        func line(_ runs: [String], _ width: Int) -> String {
            var grid = Grid(size: Size(width: width, height: 1))
            grid.draw {
                _ = $0.write(StyledText(runs: runs.map { .init($0) }), at: Point(x: 0, y: 0), overflow: .ellipsis)
            }
            return grid.text
        }
        #expect(line(["ab", "cd"], 4) == "abcd")
        #expect(line(["ab", "cd"], 3) == "ab…")
        #expect(line(["ab", "cd"], 2) == "a…")
        #expect(line(["ab", ""], 2) == "ab")
        #expect(line(["日本", "語"], 5) == "日本…")
        #expect(line([], 5) == "")
    }
}

extension Canvas {
    fileprivate mutating func fill(with character: Character) { fill(bounds, with: character, Style()) }
}
