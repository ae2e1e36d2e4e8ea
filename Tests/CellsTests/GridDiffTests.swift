import Cells
import Testing

struct GridDiffTests {
    private func grid(_ rows: String...) -> Grid {
        var grid = Grid(size: Size(width: 12, height: rows.count))
        for (y, row) in rows.enumerated() { grid.write(row, at: Point(x: 0, y: y)) }
        return grid
    }

    @Test func `equal grids have no changes`() {
        #expect(grid("abc", "日本").changes(since: grid("abc", "日本")) == [])
    }

    @Test func `without a frame before, and after a resize, every row changes`() {
        let all = [GridRun(y: 0, columns: 0..<12), GridRun(y: 1, columns: 0..<12)]
        #expect(grid("a", "b").changes(since: nil) == all)
        #expect(grid("a", "b").changes(since: grid("a")) == all)
        #expect(Grid(size: Size(width: 0, height: 3)).changes(since: nil) == [])
    }

    @Test func `changes close to each other are one run`() {
        let old = grid("abcdefghijkl")
        #expect(grid("aBcdeFghijkl").changes(since: old) == [GridRun(y: 0, columns: 1..<6)])
        #expect(
            grid("aBcdefGhijkL").changes(since: old)
                == [GridRun(y: 0, columns: 1..<2), GridRun(y: 0, columns: 6..<7), GridRun(y: 0, columns: 11..<12)])
    }

    @Test func `a run never holds half of a wide character of either frame`() {
        #expect(grid("a日b").changes(since: grid("axyb")) == [GridRun(y: 0, columns: 1..<3)])
        #expect(grid("axyb").changes(since: grid("a日b")) == [GridRun(y: 0, columns: 1..<3)])
        #expect(grid("日本").changes(since: grid("日語")) == [GridRun(y: 0, columns: 2..<4)])
        #expect(grid("x日").changes(since: grid("日x")) == [GridRun(y: 0, columns: 0..<3)])
    }

    @Test func `a change of style alone is a change`() {
        var other = grid("abc")
        other.draw { $0.tint(Rect(x: 2, y: 0, width: 1, height: 1), Style(attributes: .bold)) }
        #expect(other.changes(since: grid("abc")) == [GridRun(y: 0, columns: 2..<3)])
    }

    @Test func `drawing the changes over the old frame gives the new one`() {
        var generator = Splitmix(state: 7)
        let letters = ["a", "日", " ", "👍", "é", "b"]
        var old = Grid(size: Size(width: 23, height: 4))
        for _ in 0..<200 {
            var new = old
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let text = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                    letters.randomElement(using: &generator) ?? ""
                }
                let point = Point(x: .random(in: -1...22, using: &generator), y: .random(in: 0...3, using: &generator))
                new.write(text.joined(), at: point)
            }
            expectSound(new)
            var copy = old
            for run in new.changes(since: old) {
                for x in run.columns where !new[x, run.y].isContinuation {
                    copy.write(new[x, run.y].text, at: Point(x: x, y: run.y))
                }
            }
            #expect(copy == new)
            old = new
        }
    }
}
