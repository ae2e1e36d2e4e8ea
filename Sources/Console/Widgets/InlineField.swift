import Cells

extension TextField {
    /// Draws the field with its cursor into one row, slid to the left so that the cursor always shows.
    func draw(into canvas: inout Canvas, x: Int, y: Int, width: Int, _ scene: Scene) {
        guard width > 0 else { return }
        var start = 0
        while displayWidth(of: String(characters[start..<cursor])) >= width, start < cursor { start += 1 }
        canvas.fill(Rect(x: x, y: y, width: width, height: 1), scene[.field])
        canvas.write(String(characters[start...]), at: Point(x: x, y: y), scene[.field], maxWidth: width)
        let column = displayWidth(of: String(characters[start..<cursor]))
        let under = cursor < characters.count ? String(characters[cursor]) : " "
        canvas.write(under, at: Point(x: x + column, y: y), scene[.cursor], maxWidth: max(1, width - column))
    }
}
