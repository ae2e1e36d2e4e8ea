import Testing
import TraceModel

@testable import Display

@Suite struct FigureTests {
    @Test(
        arguments: [
            (0, "0ms"), (1, "0.00ms"), (420_000, "0.42ms"), (999_499, "1.0ms"), (1_000_000, "1.0ms"),
            (9_949_000, "9.9ms"),
            (9_950_000, "10ms"), (310_000_000, "310ms"), (999_499_999, "999ms"), (999_500_000, "1.00s"),
            (1_240_000_000, "1.24s"), (9_994_000_000, "9.99s"), (9_995_000_000, "10.0s"), (59_949_000_000, "59.9s"),
            (59_950_000_000, "1m 00s"), (187_000_000_000, "3m 07s"), (3_599_400_000_000, "59m 59s"),
            (3_600_000_000_000, "1h 00m"), (7_500_000_000_000, "2h 05m"), (86_400_000_000_000, "1d 00h"),
            (-310_000_000, "-310ms"), (Int64.min, "-106752d 00h"), (Int64.max, "106752d 00h"),
        ] as [(Int64, String)])
    func `durations have three digits and a unit`(nanoseconds: Int64, text: String) {
        #expect(Figure.duration(nanoseconds) == text)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (4_120, "4,120"), (1_234_567, "1,234,567"), (-1_000, "-1,000"),
    ])
    func `counts have a comma between thousands`(count: Int, text: String) {
        #expect(Figure.count(count) == text)
    }

    @Test(arguments: [
        (999, "999"), (1_000, "1.0k"), (4_149, "4.1k"), (9_949, "9.9k"), (9_950, "10k"), (128_402, "128k"),
        (999_499, "999k"), (999_500, "1.0M"), (1_250_000, "1.3M"), (Int.max, "9,223,372T"), (-4_120, "-4.1k"),
    ])
    func `compact counts take at most five columns`(count: Int, text: String) {
        #expect(Figure.compact(count) == text)
    }

    @Test(
        arguments: [
            (0, "$0"), (1, "<$0.0001"), (49_999, "<$0.0001"), (50_000, "$0.0001"), (3_500_000, "$0.0035"),
            (31_000_000, "$0.0310"), (999_949_999, "$0.9999"), (999_950_000, "$1.00"), (12_345_000_000, "$12.35"),
            (999_994_999_999, "$999.99"), (999_995_000_000, "$1,000"), (1_234_000_000_000, "$1,234"),
            (1_999_990_000_000, "$2,000"), (-3_500_000, "-$0.0035"),
        ] as [(Int64, String)])
    func `costs have the places that tell something`(nanoDollars: Int64, text: String) {
        #expect(Figure.cost(Cost(nanoDollars: nanoDollars, isEstimated: false)) == text)
        #expect(Figure.cost(Cost(nanoDollars: nanoDollars, isEstimated: true)) == "~" + text)
    }

    @Test(
        arguments: [
            (nil, ""), (0, "0"), (1, "<0.1"), (49, "<0.1"), (50, "0.1"), (4_349, "4.3"), (9_949, "9.9"),
            (9_950, "10"), (153_763, "154"), (1_240_000, "1,240"), (9_999_499, "9,999"), (9_999_500, "10k"),
            (9_000_000_000_000_000_000, "9,000T"),
        ] as [(Int64?, String)])
    func `a speed has one place where it is slow, and none where it is fast`(speed: Int64?, text: String) {
        #expect(Figure.speed(speed) == text)
    }

    @Test(arguments: [
        (0, 100, "0%"), (1, 100_000, "0.1%"), (12, 1_000, "1.2%"), (9_999, 10_000, "99.9%"), (5, 5, "100%"),
        (0, 0, "0%"),
    ])
    func `a share is exact at its ends`(part: Int, whole: Int, text: String) {
        #expect(Figure.percent(part, of: whole) == text)
    }

    @Test(
        arguments: [
            (0, 0, "0"), (-0.0001, 2, "0.00"), (-1.005, 1, "-1.0"), (99.89999999999999, 1, "99.9"), (.nan, 1, "?"),
        ] as [(Double, Int, String)])
    func `a decimal is rounded once, and a rounded zero has no sign`(value: Double, places: Int, text: String) {
        #expect(Figure.decimal(value, places: places) == text)
    }

    @Test(
        arguments: [
            (0, "$0"), (0.00001, "<$0.0001"), (0.0123, "$0.0123"), (1.5, "$1.50"), (1_999.99, "$2,000"),
            (.infinity, "?"),
        ] as [(Double, String)])
    func `a mean cost is written as any other`(dollars: Double, text: String) {
        #expect(Figure.dollars(dollars) == text)
    }

    @Test(
        arguments: [
            (nil, nil, nil, ""), (nil, nil, 12, "12"), (4_120, 388, nil, "4,120 → 388"), (4_120, nil, nil, "4,120 →"),
            (nil, 388, nil, "→ 388"),
        ] as [(Int?, Int?, Int?, String)])
    func `tokens that are unknown are left blank`(prompt: Int?, completion: Int?, total: Int?, text: String) {
        #expect(Figure.tokens(TokenUsage(prompt: prompt, completion: completion, total: total)) == text)
    }
}

@Suite struct WallClockTests {
    /// 2026-11-23 14:02:27 UTC and so many milliseconds.
    private func at(_ milliseconds: Int64) -> Timestamp {
        Timestamp(unixMilliseconds: 1_795_442_547_000 + milliseconds)
    }

    @Test func `times follow the offset of their own moment`() {
        let summer = WallClock { [start = at(0)] in $0 < start ? 7_200 : 3_600 }
        #expect(WallClock.utc.time(at(118)) == "14:02:27.118")
        #expect(summer.time(at(-1)) == "16:02:26.999")
        #expect(summer.full(at(0)) == "2026-11-23 15:02:27.000")
        #expect(WallClock.utc.short(at(0), now: at(0)) == "14:02:27")
        #expect(WallClock.utc.short(at(-86_400_000), now: at(0)) == "Nov 22 14:02:27")
        for (ago, wide, narrow) in [
            (-118, "14:02:27.118", "14:02:27"), (86_400_000, "Nov 22 14:02", "Nov 22"),
            (400 * 86_400_000, "Oct 2025", "Oct 2025"),
        ] as [(Int64, String, String)] {
            #expect(WallClock.utc.cell(at(-ago), now: at(0), width: 12) == wide)
            #expect(WallClock.utc.cell(at(-ago), now: at(0), width: 8) == narrow)
        }
        #expect(WallClock.utc.moment(at(118), now: at(0)) == "14:02:27.118")
        #expect(WallClock.utc.moment(at(-86_399_882), now: at(0)) == "2026-11-22 14:02:27.118")
        #expect(WallClock.utc.full(Timestamp(unixNanoseconds: -1)) == "1969-12-31 23:59:59.999")
        #expect(WallClock.utc.short(Timestamp(unixNanoseconds: .min), now: at(0)).utf8.count == 15)
    }

    @Test(
        arguments: [
            (100.0, 127.0, "+27%"), (100, 96, "-4%"), (100, 310, "×3.1"), (100, 100.2, ""), (0, 5, ""), (5, 0, ""),
            (1, .infinity, ""), (.nan, 1, ""), (1, 1e300, "×100000.0"),
        ] as [(Double, Double, String)])
    func `a change is a share, or how many times as much`(old: Double, new: Double, text: String) {
        #expect(Figure.change(old, new) == text)
        #expect(Figure.change(nil, new) == "")
    }

    @Test(arguments: [(0.2, 0.25, "+5.0"), (0.5, 0.375, "-12.5"), (0.3, 0.3, "")])
    func `a share differs in points`(old: Double, new: Double, text: String) {
        #expect(Figure.difference(old, new) == text)
    }
}
