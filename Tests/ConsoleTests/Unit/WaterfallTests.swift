import Testing
import TraceModel

@testable import Console

@Suite struct WaterfallTests {
    private func stored(_ id: String, parent: String?, at start: Int64, took: Int64? = 10) -> StoredSpan {
        let span = Span(
            key: SpanKey(traceID: "t", spanID: id), parentID: parent, name: id, start: SampleWorld.at(start),
            end: took.map { SampleWorld.at(start + $0) }, durationNanoseconds: took.map { $0 * 1_000_000 })
        return StoredSpan(
            sequence: start, span: span, sessionID: "s", customerID: nil, configKey: nil, depth: 0)
    }

    @Test func `children follow their parent by start`() {
        let rows = Waterfall([
            stored("c", parent: "a", at: 30), stored("b", parent: "a", at: 20), stored("d", parent: "b", at: 25),
            stored("a", parent: nil, at: 10),
        ]).rows
        #expect(rows.map(\.stored.span.name) == ["a", "b", "d", "c"])
        #expect(rows.map(\.branches) == [[], [true], [true, false], [false]])
    }

    @Test func `a parent that is not there makes a root, a circle is shown once`() {
        let rows = Waterfall([
            stored("x", parent: "gone", at: 1), stored("a", parent: "b", at: 2), stored("b", parent: "a", at: 3),
            stored("self", parent: "self", at: 4),
        ]).rows
        #expect(rows.count == 4)
        #expect(Set(rows.map(\.stored.span.name)) == ["x", "a", "b", "self"])
    }

    @Test func `the scale reaches to now while something runs`() {
        let running = Waterfall([stored("a", parent: nil, at: 0, took: nil)])
        #expect(running.span(now: SampleWorld.at(5_000)) == 5_000_000_000)
        let done = Waterfall([stored("a", parent: nil, at: 0, took: 100)])
        #expect(done.span(now: SampleWorld.at(5_000)) == 100_000_000)
        #expect(Waterfall([]).span(now: SampleWorld.start) >= 1)
    }

    /// The names of those the user waited for, by start.
    private func awaited(_ spans: [StoredSpan]) -> [String] {
        let waterfall = Waterfall(spans)
        return waterfall.rows.map(\.stored.span).filter { waterfall.awaited.contains($0.key) }.map(\.name)
    }

    @Test func `of spans beside each other the user waited for the one that ended last`() {
        let root = stored("root", parent: nil, at: 0, took: 100)
        let search = stored("search", parent: "root", at: 5, took: 20)
        let slow = stored("slow", parent: "root", at: 6, took: 40)
        let inSlow = stored("in slow", parent: "slow", at: 10, took: 30)
        let model = stored("model", parent: "root", at: 50, took: 50)
        #expect(awaited([root, search, slow, inSlow, model]) == ["root", "slow", "in slow", "model"])
        // What follows one another is all waited for: nothing is told apart.
        #expect(awaited([root, search, model]) == [])
        #expect(awaited([root, search, slow, stored("runs", parent: "root", at: 60, took: nil)]) == [])
    }

    @Test func `what goes on after its parent has ended was not waited for`() {
        let root = stored("root", parent: nil, at: 0, took: 50)
        let answer = stored("answer", parent: "root", at: 10, took: 39)
        let late = stored("late", parent: "root", at: 60, took: 500)
        #expect(awaited([root, answer, late]) == ["root", "answer"])
    }

    @Test func `a chain of ten thousand spans is no trouble`() {
        let chain = (0..<10_000).map { stored("\($0)", parent: $0 == 0 ? nil : "\($0 - 1)", at: Int64($0)) }
        #expect(Waterfall(chain).rows.count == 10_000)
    }

    @Test(
        arguments: [
            (1, 1_000_000), (310_000_000, 400_000_000), (1_000_000_001, 2_000_000_000), (5_200_000_000, 6_000_000_000),
        ] as [(Int64, Int64)])
    func `a scale is the next round number`(longest: Int64, scale: Int64) {
        #expect(LatencyBar.scale(longest: longest) == scale)
    }
}
