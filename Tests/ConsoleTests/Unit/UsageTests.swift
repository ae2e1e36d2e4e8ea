import Testing
import TraceModel

@testable import Console

@Suite struct UsageTests {
    private func row(_ value: String?, cost: Int64?, calls: Int = 1, at hour: Int64? = nil) -> UsageRow {
        var figures = UsageFigures()
        figures.reportedCost = cost
        figures.llmCalls = calls
        return UsageRow(
            bucketStart: hour.map { Timestamp(unixNanoseconds: $0 * 3_600_000_000_000) }, values: [value],
            figures: figures)
    }

    @Test func `groups are sorted by any figure, what is not known last, and unfold into their parts`() {
        var rows = UsageRows()
        rows.put(groups: [row("a", cost: nil, calls: 9), row("b", cost: 1, calls: 2), row("c", cost: 5, calls: 3)])
        #expect(rows.rows.map(\.group.values) == [["c"], ["b"], ["a"]])
        rows.reverse()
        #expect(rows.rows.map(\.group.values) == [["b"], ["c"], ["a"]])
        rows.sort(by: .calls)
        #expect(rows.rows.map(\.group.values) == [["a"], ["c"], ["b"]])
        #expect(rows.largest == 9)
        var part = row("c", cost: 2)
        part.values = ["c", "x"]
        rows.put(parts: [part])
        rows.fold("c", isUnfolded: true)
        #expect(rows.rows.map(\.group.values) == [["a"], ["c"], ["c", "x"], ["b"]])
        rows.fold("c", isUnfolded: false)
        #expect(rows.rows.count == 3)
    }

    @Test func `pieces of time that are too many or too few give way to better ones`() {
        var histogram = UsageHistogram()
        histogram.put([row(nil, cost: 1, at: 0), row(nil, cost: 1, at: 1000)], bucket: .hour)
        #expect(histogram.better == .day)
        histogram.put([row(nil, cost: 1, at: 0), row(nil, cost: 1, at: 2)], bucket: .hour)
        #expect(histogram.better == .minute)
        histogram.put([row(nil, cost: 1, at: 0), row(nil, cost: 1, at: 30)], bucket: .hour)
        #expect(histogram.better == nil)
    }

    @Test func `columns add up what adds up, whatever the width`() {
        var histogram = UsageHistogram()
        histogram.put((0..<100).map { row(nil, cost: 2, at: Int64($0)) }, bucket: .hour)
        for width in [7, 50, 100, 250] {
            let bars = histogram.bars(.cost, width: width)
            #expect(!bars.isEmpty && bars.count <= width)
            #expect(width < 100 || bars.count == width)
            let pieces = Dictionary(bars.map { ($0.start, $0.value) }) { first, _ in first }
            #expect(pieces.values.reduce(0, +) == 200)
        }
    }

    @Test func `a group's part of each piece is added up as the piece is, and never more than it`() {
        var histogram = UsageHistogram()
        histogram.put((0..<100).map { row(nil, cost: 4, at: Int64($0)) }, bucket: .hour)
        histogram.part = UsagePart(
            source: .init(values: ["m"], filter: .all, bucket: .hour), name: "m",
            rows: (10..<30).map { row("m", cost: 1, at: Int64($0)) } + [row("m", cost: 9, at: 400)])
        for width in [7, 50, 100, 250] {
            let bars = histogram.bars(.cost, width: width)
            let pieces = Dictionary(bars.map { ($0.start, $0.part) }) { first, _ in first }
            #expect(pieces.values.reduce(0, +) == 20)
            #expect(bars.allSatisfy { $0.part <= $0.value })
            // Of what does not add up no part is drawn.
            #expect(histogram.bars(.p95, width: width).allSatisfy { $0.part == 0 })
        }
    }

    @Test func `few pieces are as wide as each other, with a gap between them`() {
        var histogram = UsageHistogram()
        histogram.put((0..<21).map { row(nil, cost: 2, at: Int64($0)) }, bucket: .hour)
        let bars = histogram.bars(.cost, width: 149)
        #expect(bars.count == 147 && bars.count(where: \.isGap) == 21)
        #expect(Set(Dictionary(grouping: bars, by: \.start).values.map(\.count)) == [7])
    }

    @Test(
        arguments: [
            (0.2015e9, false, 0.24e9), (1, false, 1), (99, false, 100), (1.25e6, true, 1.6e6), (1, true, 2),
            (7, true, 8),
            (0, true, 0), (.infinity, false, 0),
        ] as [(Double, Bool, Double)])
    func `the scale is round, and so is half of it`(_ highest: Double, _ isWhole: Bool, _ scale: Double) {
        let found = UsageHistogram.scale(to: highest, isWhole: isWhole)
        #expect(abs(found - scale) <= scale / 1e9)
    }

    @Test(
        arguments: [
            (UsageField.model, "gpt-4o", "model:gpt-4o"), (.customer, "a b", "customer:\"a b\""),
            (.customer, nil, "-customer:*"), (.tool, "search", "kind:tool name:search"),
            (.prompt, "onboarding@3", "prompt:onboarding@3"),
            (.attribute("http.method"), "GET", "attr.http.method:GET"),
            (.dialect, "otel", nil),
        ] as [(UsageField, String?, String?)])
    func `a value is a condition of the filter language`(field: UsageField, value: String?, text: String?) throws {
        #expect(field.condition(value) == text)
        if let text { _ = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text) }
    }
}
