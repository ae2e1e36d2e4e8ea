import Testing
import TraceModel

/// Sums by group against sums made one group at a time.
@Suite struct UsageTallyTests {
    private static let hour: Int64 = 3_600_000_000_000

    private func span(_ number: Int64, start: Int64, duration: Int64? = nil) -> UsageSpan {
        UsageSpan(
            kind: .llm, isError: number % 3 == 0, counts: .all, start: Timestamp(unixNanoseconds: start),
            duration: duration, timeToFirstToken: nil, usage: TokenUsage(prompt: 1, completion: 2), cost: nil,
            session: number % 40)
    }

    /// A clock that is set back and forward, not always at a full hour.
    private static func offset(_ moment: Timestamp) -> Int {
        switch moment.unixNanoseconds / 60_000_000_000 {
        case ..<1_441: 3_600
        case ..<2_000: 7_200
        case ..<5_071: -1_800
        default: 0
        }
    }

    @Test(arguments: UsageBucket.allCases, [Int64(1), 7, 600])
    func `a span is summed in the piece of time it lies in, whatever came before`(bucket: UsageBucket, step: Int64) {
        let query = UsageQuery(by: [], bucket: bucket, offset: Self.offset)
        var tally = UsageTally(query)
        var expected: [Int64: Int] = [:]
        // On and on, with leaps back and forth.
        for number in 0..<8_000 as Range<Int64> {
            var minute = number * step % 7_000
            if number % 5 == 0 { minute -= 90 } else if number % 7 == 0 { minute += 4_000 }
            let start = Timestamp(unixNanoseconds: minute * 60_000_000_000 + number % 2 * 59_999_999_999)
            tally.add(span(number, start: start.unixNanoseconds), numbers: [])
            expected[bucket.start(of: start, offset: Self.offset).unixNanoseconds, default: 0] += 1
        }
        let report = tally.report(revision: 0)
        let found = report.rows.map { ($0.bucketStart?.unixNanoseconds ?? -1, $0.figures.spans) }
        #expect(Dictionary(uniqueKeysWithValues: found) == expected)
        #expect(report.total.spans == 8_000 && report.total.sessions == 40)
    }

    @Test(arguments: [(1, 3600, 7200, 46), (1, 7200, 3600, 50), (12, 0, -1800, 49), (0, 7200, 10800, 46)])
    func `a day on which the clock is changed is one`(hour: Int64, before: Int, after: Int, halfHours: Int) {
        // Changed at that hour of UTC on the second day.
        let change = (24 + hour) * Self.hour
        let offset = { (moment: Timestamp) in moment.unixNanoseconds < change ? before : after }
        var counts: [Int64: Int] = [:]
        for half in 0..<200 as Range<Int64> {
            let moment = Timestamp(unixNanoseconds: half * Self.hour / 2)
            let start = UsageBucket.day.start(of: moment, offset: offset)
            #expect((start.unixNanoseconds / 1_000_000_000 + Int64(offset(start))) % 86_400 == 0)
            counts[start.unixNanoseconds, default: 0] += 1
        }
        // The days before and after are cut off by the ends.
        let days = counts.sorted { $0.key < $1.key }.map(\.value)
        #expect(days[1] == halfHours && days[2] == 48)
    }

    @Test func `errors are failed spans of any kind, the error rate is of calls alone`() {
        var (tally, other) = (UsageTally(UsageQuery(by: [])), UsageTally(UsageQuery(by: [])))
        func add(_ kind: SpanKind, _ isError: Bool, _ counts: SpanCounts = .all, to tally: inout UsageTally) {
            tally.add(
                UsageSpan(
                    kind: kind, isError: isError, counts: counts, start: Timestamp(unixNanoseconds: 1), duration: 1,
                    timeToFirstToken: nil, usage: TokenUsage(), cost: nil, session: 1), numbers: [])
        }
        for _ in 0..<3 { add(.tool, true, to: &tally) }
        #expect(tally.report(revision: 0).total.errorRate == nil)
        add(.llm, true, to: &tally)
        add(.llm, false, to: &tally)
        add(.llm, false, to: &other)
        add(.llm, false, to: &other)
        // The record of a call that another record stands for is no call of its own.
        add(.llm, true, [], to: &other)
        tally.add(other)
        let figures = tally.report(revision: 0).total
        #expect(figures.errors == 5 && figures.llmCalls == 4 && figures.failedCalls == 1)
        #expect(figures.errorRate == 0.25)
    }

    @Test func `groups, their sessions and all together are told apart, in one tally or in two`() {
        let query = UsageQuery(by: [.model, .customer], bucket: .hour)
        var (whole, first, second) = (UsageTally(query), UsageTally(query), UsageTally(query))
        func add(_ number: Int64, to tally: inout UsageTally) {
            let values = [number % 3 == 0 ? [] : ["m\(number % 3)"], ["c\(number % 100)"]]
            tally.add(span(number, start: number * 7_000_000_000, duration: number * 7 % 1_009), values: values)
        }
        for number in 0..<3_000 as Range<Int64> {
            add(number, to: &whole)
            if number % 2 == 0 { add(number, to: &first) } else { add(number, to: &second) }
        }
        first.add(second)
        let report = whole.report(revision: 1)
        #expect(first.report(revision: 1) == report)
        for row in report.rows {
            let members = (0..<3_000 as Range<Int64>).filter { number in
                let values: [String?] = [number % 3 == 0 ? nil : "m\(number % 3)", "c\(number % 100)"]
                let hour = number * 7_000_000_000 / Self.hour * Self.hour
                return row.bucketStart?.unixNanoseconds == hour && row.values == values
            }
            let durations = members.map { $0 * 7 % 1_009 }.sorted()
            #expect(row.figures.spans == members.count && row.figures.promptTokens == members.count)
            #expect(row.figures.sessions == Set(members.map { $0 % 40 }).count)
            #expect(row.figures.errors == members.count { $0 % 3 == 0 })
            #expect(row.figures.latencyP50 == nearestRank(50, of: durations))
            #expect(row.figures.latencyP95 == nearestRank(95, of: durations))
        }
        #expect(report.rows.reduce(0) { $0 + $1.figures.spans } == 3_000)
        #expect(report.total.spans == 3_000 && report.total.sessions == 40)
        let durations = (0..<3_000 as Range<Int64>).map { $0 * 7 % 1_009 }.sorted()
        #expect(report.total.latencyP50 == nearestRank(50, of: durations))
        #expect(report.total.latencyP95 == nearestRank(95, of: durations))
    }

    @Test func `a span with several tags counts in each of their groups, and once in all`() {
        var tally = UsageTally(UsageQuery(by: [.tag]))
        var other = tally
        tally.add(span(1, start: 0, duration: 10), values: [["a", "b"]])
        other.add(span(2, start: 0, duration: 30), values: [["b"]])
        other.add(span(3, start: 0, duration: 20), values: [[]])
        tally.add(other)
        let report = tally.report(revision: 0)
        #expect(report.rows.map { $0.values[0] } == ["b", "a", nil])
        #expect(report.rows.map(\.figures.spans) == [2, 1, 1])
        #expect(report.rows.map(\.figures.latencyP95) == [30, 10, 20])
        #expect(report.total.spans == 3 && report.total.promptTokens == 3)
        #expect(report.total.latencyP50 == 20 && report.total.latencyP95 == 30)
    }

    @Test(arguments: [1, 2, 16, 17, 18, 100, 4_000])
    func `a percentile of numbers in any order is that of the sorted`(count: Int) {
        let orders: [[Int64]] = [
            (0..<count).map { Int64($0 * 7_919 % 1_009) }, (0..<count).map(Int64.init),
            (0..<count).reversed().map(Int64.init), Array(repeating: 5, count: count),
            // Up and down: the middle and both ends are the smallest ones.
            (0..<count).map { Int64(min($0 % 50, 50 - $0 % 50)) }, (0..<count).map { $0 % 2 == 0 ? .min : .max },
        ]
        for numbers in orders {
            for percent in [1, 50, 95, 100] {
                var moved = numbers
                #expect(nearestRank(percent, among: &moved) == nearestRank(percent, of: numbers.sorted()))
                #expect(moved.sorted() == numbers.sorted())
            }
        }
        var none: [Int64] = []
        #expect(nearestRank(50, among: &none) == nil)
    }
}
