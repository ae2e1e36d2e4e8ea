import Cells
import Testing

struct WidgetTests {
    /// Every widget, drawing into all of a canvas.
    static let widgets: [(name: String, draw: @Sendable (inout Canvas) -> Void)] = [
        (
            "split bar",
            { SplitBar(split: 0.3, end: 0.9, active: Style(), track: Style()).draw(into: &$0, in: $0.bounds) }
        ),
        ("empty bar", { SplitBar(end: .nan, active: Style()).draw(into: &$0, in: $0.bounds) }),
        ("share bar", { ShareBar([.init(0.5, Style()), .init(0.5, Style())]).draw(into: &$0, in: $0.bounds) }),
        ("odd shares", { ShareBar([.init(.infinity, Style()), .init(-1, Style())]).draw(into: &$0, in: $0.bounds) }),
        ("sparkline", { Sparkline([1, .nan, -3, 1e300], style: Style()).draw(into: &$0, in: $0.bounds) }),
        ("scroll bar", { ScrollBar(count: 100, visible: 3..<9).draw(into: &$0, in: $0.bounds, Style()) }),
        ("text field", { _ = TextField("日本語 text").draw(into: &$0, in: $0.bounds, Style()) }),
        ("rule", { $0.rule(in: $0.bounds, Style(), title: StyledText("日本 title")) }),
        ("divider", { $0.divider(in: $0.bounds, Style()) }),
        (
            "joined divider",
            { canvas in
                canvas.rule(in: canvas.bounds.row(0), Style())
                canvas.divider(in: canvas.bounds.inset(top: 1), Style(), joining: Style())
            }
        ),
        (
            "frame",
            { canvas in
                let inside = canvas.frame(canvas.bounds, Style(), title: StyledText("日本 title"))
                canvas.write("inside", at: Point(x: inside.x, y: inside.y), maxWidth: inside.width)
            }
        ),
    ]

    @Test(arguments: 0..<widgets.count)
    func `a widget draws into any rectangle and nothing beyond`(_ index: Int) {
        for width in [0, 1, 2, 3, 7, 40] {
            for height in [0, 1, 2, 5] {
                let mark = Style(attributes: .underline)
                var grid = Grid(size: Size(width: width + 4, height: height + 2), style: mark)
                let rect = Rect(x: 2, y: 1, width: width, height: height)
                grid.draw(in: rect) { WidgetTests.widgets[index].draw(&$0) }
                expectSound(grid)
                for y in 0..<grid.size.height {
                    for x in 0..<grid.size.width where !rect.contains(Point(x: x, y: y)) {
                        #expect(
                            grid[x, y] == Cell(" ", style: mark),
                            "\(WidgetTests.widgets[index].name) \(width)×\(height)")
                    }
                }
                // A rectangle that lies outside of its grid, or partly.
                grid.draw(in: Rect(x: width, y: -1, width: width + 9, height: 2)) {
                    WidgetTests.widgets[index].draw(&$0)
                }
                grid.draw(in: Rect(x: 90, y: 90, width: 9, height: 9)) { WidgetTests.widgets[index].draw(&$0) }
                expectSound(grid)
            }
        }
    }

    private func shown(_ bar: SplitBar, _ glyphs: Glyphs = .unicode) -> String {
        var grid = Grid(size: Size(width: 10, height: 1))
        grid.draw { bar.draw(into: &$0, in: $0.bounds, glyphs: glyphs) }
        return grid.text
    }

    private func shown(_ bar: ShareBar) -> String {
        var grid = Grid(size: Size(width: 8, height: 1))
        grid.draw { bar.draw(into: &$0, in: $0.bounds) }
        return grid.text
    }

    private func shown(_ values: [Double], maximum: Double? = nil, width: Int) -> String {
        var grid = Grid(size: Size(width: width, height: 1))
        grid.draw { Sparkline(values, maximum: maximum, style: Style()).draw(into: &$0, in: $0.bounds) }
        return grid.text
    }

    @Test(
        arguments: [
            (0.0, nil, 1.0, "━━━━━━━━━━"), (0, 0.5, 1, "─────━━━━━"), (0, 0.25, 0.75, "──╼━━━━╸"),
            (0.5, nil, 0.55, "     ╸"),
            (0.05, nil, 0.5, "╺━━━━"), (0, 0.001, 0.3, "╼━━"), (0, 1, 1, "──────────"), (0, nil, 0.001, "╸"),
            (0.95, nil, 5, "         ╺"), (0, 0.999, 1, "─────────╼"), (2, nil, 3, "         ╺"),
        ] as [(Double, Double?, Double, String)])
    func `a bar is thin up to the first token and thick from there`(
        _ start: Double, _ split: Double?, _ end: Double, _ text: String
    ) {
        #expect(shown(SplitBar(start: start, split: split, end: end, active: Style())) == text)
    }

    @Test func `bars in ASCII tell their parts apart too`() {
        let bar = SplitBar(start: 0.2, split: 0.5, end: 0.8, active: Style(), track: Style())
        #expect(shown(bar, .ascii) == "..---===..")
    }

    @Test func `shares end in eighths, and neighbours of one colour differ in shade`() {
        let blue = Style(foreground: Color(red: 0, green: 0, blue: 255))
        #expect(shown(ShareBar(0.5, blue)) == "████")
        #expect(shown(ShareBar(0.55, blue)) == "████▍")
        #expect(shown(ShareBar(0.0001, blue)) == "▏")
        #expect(shown(ShareBar(0, blue)) == "")
        #expect(shown(ShareBar([.init(0.25, blue), .init(0.25, Style()), .init(0.5, Style())])) == "████▒▒▒▒")
    }

    @Test func `lines that meet are joined, and what only looks like one is not`() {
        let lines = Style(foreground: Color(red: 1, green: 1, blue: 1))
        let bars = Style(foreground: Color(red: 2, green: 2, blue: 2))
        var grid = Grid(size: Size(width: 7, height: 7))
        grid.draw { canvas in
            canvas.rule(in: Rect(x: 0, y: 0, width: 7, height: 1), lines)
            canvas.rule(in: Rect(x: 0, y: 2, width: 3, height: 1), lines)
            canvas.rule(in: Rect(x: 4, y: 3, width: 3, height: 1), lines)
            canvas.rule(in: Rect(x: 0, y: 4, width: 7, height: 1), lines)
            canvas.rule(in: Rect(x: 0, y: 5, width: 3, height: 1), bars)
            canvas.rule(in: Rect(x: 0, y: 6, width: 7, height: 1), lines)
            canvas.divider(in: Rect(x: 3, y: 1, width: 1, height: 5), bars, joining: lines)
        }
        #expect(
            grid.text == """
                ───┬───
                   │
                ───┤
                   ├───
                ───┼───
                ───│
                ───┴───
                """)
        #expect(grid[3, 0].style == lines)
        #expect(grid[3, 4].style == bars)
    }

    @Test func `a sparkline is scaled to its largest value and keeps the newest`() {
        #expect(shown([0, 1, 2, 4, 8], width: 6) == " ▁▂▃▅█")
        #expect(shown([9, 0, 8], width: 2) == "▁█")
        #expect(shown([1, 1], maximum: 7, width: 2) == "▂▂")
        #expect(shown([0, 0], width: 2) == "▁▁")
    }

    @Test func `a scroll bar reaches an end only where the list does`() {
        #expect(ScrollBar(count: 100, visible: 0..<10).thumb(height: 10) == 0..<1)
        #expect(ScrollBar(count: 100, visible: 90..<100).thumb(height: 10) == 9..<10)
        #expect(ScrollBar(count: 1000, visible: 1..<11).thumb(height: 10) == 1..<2)
        #expect(ScrollBar(count: 1000, visible: 989..<999).thumb(height: 10) == 8..<9)
        #expect(ScrollBar(count: 5, visible: 0..<5).thumb(height: 10).isEmpty)
        #expect(ScrollBar(count: 20, visible: 0..<10).thumb(height: 10) == 0..<5)
        #expect(ScrollBar(count: 9, visible: 0..<1).thumb(height: 1) == 0..<1)
    }

    @Test func `splits fill their rectangle and lose the last parts first`() {
        let rect = Rect(x: 2, y: 3, width: 20, height: 10)
        #expect(rect.rows([.fixed(1), .rest, .fixed(2)]).map(\.height) == [1, 7, 2])
        #expect(rect.rows([.fixed(1), .rest, .fixed(2)]).map(\.y) == [3, 4, 11])
        #expect(rect.columns([.flex(1, min: 0), .flex(2, min: 0)], gap: 1).map(\.width) == [7, 12])
        #expect(rect.columns([.fixed(15), .fixed(9), .fixed(3)]).map(\.width) == [15, 5, 0])
        #expect(Rect(x: 0, y: 0, width: 0, height: 0).rows([.fixed(1), .rest], gap: 1).map(\.height) == [0, 0])
        #expect(rect.inset(left: 30, top: 30).isEmpty)
        #expect(rect.row(9) == Rect(x: 2, y: 12, width: 20, height: 1) && rect.row(10).isEmpty)
    }
}
