import Assignment
import Cells
import Display
import Experiments
import OrderedJSON

/// One line of the table of variants.
struct VariantRow {
    var index: Int?
    var name: String
    var share: Double
    var weight: String
    var change: String
    var isRemainder: Bool

    static let titles = VariantRow(index: nil, name: "", share: 0, weight: "", change: "", isRemainder: false)

    /// How a variant's share changes, by what it gives sessions: "-5", "new".
    static func change<Record: RecordBased>(of index: Int, from old: Record, to new: Record) -> String {
        guard let before = old.outcomes.firstIndex(where: { $0 == new.outcomes[index] }) else {
            return old.outcomes.isEmpty ? "" : "new"
        }
        return Figure.difference(old.split.bucketShare(of: before), new.split.bucketShare(of: index))
    }

    func draw(into canvas: inout Canvas, y: Int, _ scene: Scene) {
        let columns = Rect(x: 1, y: y, width: canvas.width - 2, height: 1).columns(
            [.fixed(3), .flex(1, min: 8), .flex(1, min: 6), .fixed(8), .fixed(14), .fixed(7)])
        guard let index else {
            canvas.write("VARIANTS", at: Point(x: 1, y: y), scene[.heading])
            canvas.writeRight("WEIGHT", endingAt: columns[3].x + columns[3].width, y: y, scene[.heading], maxWidth: 8)
            let title = columns[4].width < 13 ? "SHARE" : "EXACT SHARE"
            canvas.writeRight(
                title, endingAt: columns[4].x + columns[4].width, y: y, scene[.heading], maxWidth: 12)
            return
        }
        let role = Role.variant(index)
        canvas.write("\(index)", at: Point(x: columns[0].x, y: y), scene[role])
        canvas.write(
            name, at: Point(x: columns[1].x, y: y), scene[.text], maxWidth: columns[1].width - 1, overflow: .ellipsis)
        canvas.unreverse(around: columns[2])
        canvas.write(
            scene.glyphs.lowBar(share, width: columns[2].width), at: Point(x: columns[2].x, y: y), scene[role],
            maxWidth: columns[2].width)
        canvas.writeRight(weight, endingAt: columns[3].x + columns[3].width, y: y, scene[.strong], maxWidth: 7)
        let percent = Figure.share(share) + (isRemainder ? "*" : "")
        canvas.writeRight(percent, endingAt: columns[4].x + columns[4].width, y: y, scene[.dim], maxWidth: 11)
        canvas.writeRight(change, endingAt: columns[5].x + columns[5].width, y: y, scene[.warning], maxWidth: 6)
    }
}

extension Glyphs {
    /// A bar of whole cells that leaves a gap to the row above, so that bars one under the other stay apart. A share above
    /// nothing shows at least one cell.
    func lowBar(_ share: Double, width: Int) -> String {
        guard share > 0, width > 0 else { return "" }
        let cells = max(1, Int((min(1, share) * Double(width)).rounded()))
        return String(repeating: heights.dropLast().last ?? block, count: cells)
    }
}
