import Cells
import Testing

struct GridTests {
    @Test func `a wide character takes its cell and a continuation`() {
        var grid = Grid(size: Size(width: 4, height: 1))
        #expect(grid.write("日a", at: Point(x: 0, y: 0)) == 3)
        #expect(grid[0, 0].text == "日" && grid[0, 0].width == 2)
        #expect(grid[1, 0].isContinuation)
        #expect(grid.text(row: 0) == "日a")
    }
}
