import Cells
import Testing

@Suite struct ListTests {
    /// What can happen to a list.
    enum Event: CaseIterable, CustomTestStringConvertible {
        case move(Motion), select(Int), scrollTo(Int), scrollBy(Int), count(Int), height(Int), place(Int, Int)

        static let allCases: [Event] =
            Motion.allCases.map(Event.move) + [-5, 0, 3, 99].flatMap { [.select($0), .scrollTo($0), .scrollBy($0)] }
            + [0, 1, 4, 30].flatMap { [.count($0), .height($0)] } + [.place(3, 2), .place(-1, 50), .place(40, -4)]

        var testDescription: String { "\(self)" }

        func happen(to list: inout ListState) {
            switch self {
            case .move(let motion): list.move(motion)
            case .select(let row): list.select(row)
            case .scrollTo(let row): list.scroll(to: row)
            case .scrollBy(let rows): list.scroll(by: rows)
            case .count(let count): list.resize(count: count)
            case .height(let height): list.resize(height: height)
            case .place(let row, let top): list.place(selected: row, top: top)
            }
        }
    }

    /// Every state that two events lead to from a list and from a text, then every event.
    @Test(arguments: [true, false], Event.allCases)
    func `the visible rows and the selected one lie in the list whatever happens`(isList: Bool, first: Event) {
        for second in Event.allCases {
            for third in Event.allCases {
                var list = ListState(count: 10, height: 4, isSelectable: isList)
                for event in [first, second, third] { event.happen(to: &list) }
                let told = "\(first) \(second) \(third): \(list)"
                #expect((0...list.count).contains(list.visible.lowerBound), "\(told)")
                #expect((0...list.count).contains(list.visible.upperBound), "\(told)")
                #expect(list.visible.count == min(list.count, list.height), "an end in the middle: \(told)")
                #expect((list.selected != nil) == (isList && list.count > 0), "\(told)")
                guard let row = list.selected else { continue }
                #expect((0..<list.count).contains(row), "\(told)")
                #expect(list.height == 0 || list.visible.contains(row), "\(told)")
            }
        }
    }

    @Test(arguments: [
        (Motion.down, 5, 2), (.up, 3, 2), (.pageDown, 7, 4), (.pageUp, 1, 1), (.halfPageDown, 6, 3),
        (.halfPageUp, 2, 2), (.first, 0, 0), (.last, 9, 6), (.left, 4, 2), (.right, 4, 2),
    ])
    func `a motion moves the selection and scrolls as little as shows it`(motion: Motion, row: Int, top: Int) {
        var list = ListState(count: 10, height: 4)
        list.place(selected: 4, top: 2)
        list.move(motion)
        #expect(list.selected == row)
        #expect(list.top == top)
    }

    @Test(arguments: [
        (Motion.down, 3), (.up, 1), (.pageDown, 5), (.pageUp, 0), (.halfPageDown, 4), (.first, 0), (.last, 6),
    ])
    func `a motion scrolls a text`(motion: Motion, top: Int) {
        var text = ListState(count: 10, height: 4, isSelectable: false)
        text.scroll(to: 2)
        text.move(motion)
        #expect(text.top == top)
    }

    @Test func `the wheel takes the selection along only when it would leave the screen`() {
        var list = ListState(count: 10, height: 4)
        list.place(selected: 2, top: 1)
        list.scroll(by: 1)
        #expect(list.selected == 2)
        list.scroll(by: 3)
        #expect(list.selected == 5)
        #expect(list.row(at: 0) == 5)
        #expect(list.row(at: 4) == 9, "a click below the screen's part is the caller's to tell")
        #expect(list.row(at: -1) == nil)
        #expect(ListState(count: 2, height: 4).row(at: 2) == nil)
    }

    @Test(arguments: [(0, 0), (3, 0), (7, 4), (19, 14)])
    func `a list around a row begins at its start while the row is seen there`(row: Int, top: Int) {
        #expect(ListState(count: 20, height: 6, around: row, margin: 2).top == top)
        #expect(ListState(count: 20, height: 6, around: row).top == min(max(0, row - 3), 14))
    }

    // MARK: - Columns

    private enum ID: Hashable, Sendable { case name, count, cost }

    private static let columns = [
        Column(ID.name, "NAME", least: 6, most: 20, rank: 0),
        Column(.count, "COUNT", .right, least: 5, rank: 1, gap: 1), Column(.cost, "COST", .right, least: 6, rank: 2),
    ]

    @Test(arguments: [(40, [20, 5, 6]), (20, [6, 5, 6]), (16, [10, 5]), (8, [8])])
    func `columns give way by rank and the most important takes what is left`(width: Int, widths: [Int]) {
        let layout = ColumnLayout(Self.columns, width: width, left: 0)
        #expect(layout.columns.map(\.width) == widths)
        #expect(layout.columns.allSatisfy { $0.x + $0.width <= width })
    }

    @Test(arguments: [40, 20, 15, 7])
    func `a row as a line of text stands where it would be drawn`(width: Int) {
        let layout = ColumnLayout(Self.columns, width: width, left: 0)
        let texts: [ID: String] = [.name: "日本語 is long enough", .count: "1,204", .cost: "$0.0035"]
        var grid = Grid(size: Size(width: width, height: 2))
        grid.draw { canvas in
            for placed in layout.columns {
                layout.draw(texts[placed.column.id] ?? "", in: placed, into: &canvas, y: 0, Style())
            }
            canvas.write(layout.line { (texts[$0.id] ?? "", Style()) }, at: Point(x: 0, y: 1))
        }
        let rows = (0..<2).map { y in (0..<width).map { grid[$0, y].text }.joined() }
        #expect(rows[0] == rows[1])
    }

    @Test(arguments: [
        (Alignment.left, "ab  "), (.right, "  ab"), (.center, " ab "),
    ])
    func `a text is filled up to its width`(alignment: Alignment, text: String) {
        #expect(Shortened.padded("ab", width: 4, alignment) == text)
        #expect(displayWidth(of: Shortened.padded("日本語", width: 4, alignment)) == 4)
    }
}
