import Testing
import TraceModel

@testable import Console

@Suite struct FormattingTests {
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
        #expect(DurationDisplay.text(nanoseconds: nanoseconds) == text)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (4_120, "4,120"), (1_234_567, "1,234,567"), (-1_000, "-1,000"),
    ])
    func `counts have a comma between thousands`(count: Int, text: String) {
        #expect(CountDisplay.text(count) == text)
    }

    @Test(arguments: [
        (999, "999"), (1_000, "1.0k"), (4_149, "4.1k"), (9_949, "9.9k"), (9_950, "10k"), (128_402, "128k"),
        (999_499, "999k"), (999_500, "1.0M"), (1_250_000, "1.3M"), (Int.max, "9,223,372T"), (-4_120, "-4.1k"),
    ])
    func `compact counts take at most five columns`(count: Int, text: String) {
        #expect(CountDisplay.compact(count) == text)
    }

    @Test(
        arguments: [
            (0, "$0"), (1, "<$0.0001"), (49_999, "<$0.0001"), (50_000, "$0.0001"), (3_500_000, "$0.0035"),
            (31_000_000, "$0.0310"), (999_949_999, "$0.9999"), (999_950_000, "$1.00"), (12_345_000_000, "$12.35"),
            (1_234_000_000_000, "$1,234"), (-3_500_000, "-$0.0035"),
        ] as [(Int64, String)])
    func `costs have the places that tell something`(nanoDollars: Int64, text: String) {
        #expect(Cost(nanoDollars: nanoDollars, isEstimated: false).display == text)
        #expect(Cost(nanoDollars: nanoDollars, isEstimated: true).display == "~" + text)
    }

    @Test(arguments: [
        (0, 100, "0%"), (1, 100_000, "0.1%"), (12, 1_000, "1.2%"), (9_999, 10_000, "99.9%"), (5, 5, "100%"),
        (0, 0, "0%"),
    ])
    func `a share is exact at its ends`(part: Int, whole: Int, text: String) {
        #expect(CountDisplay.percent(part, of: whole) == text)
    }

    @Test(arguments: [
        ("conv-8f2", 8, "conv-8f2"), ("session_2026_abc123", 10, "sessi…c123"), ("conv-8f21", 8, "conv…f21"),
        ("abcdefgh", 4, "abc…"), ("日本語-セッション", 10, "日本…ョン"), ("x", 0, "x"), ("ab", 1, "…"),
    ])
    func `an id loses its middle`(id: String, width: Int, text: String) {
        #expect(Shortened.middle(id, width: width, ellipsis: "…") == text)
    }

    @Test func `times follow the offset of their own moment`() {
        let summer = WallClock { $0 < SampleWorld.start ? 7_200 : 3_600 }
        #expect(WallClock.utc.time(SampleWorld.at(118)) == "14:02:27.118")
        #expect(summer.time(SampleWorld.at(-1)) == "16:02:26.999")
        #expect(summer.full(SampleWorld.at(0)) == "2026-11-23 15:02:27.000")
        #expect(WallClock.utc.short(SampleWorld.at(0), now: SampleWorld.at(0)) == "14:02:27")
        #expect(WallClock.utc.short(SampleWorld.at(-86_400_000), now: SampleWorld.at(0)) == "Nov 22 14:02:27")
        #expect(WallClock.utc.full(Timestamp(unixNanoseconds: -1)) == "1969-12-31 23:59:59.999")
        #expect(WallClock.utc.short(Timestamp(unixNanoseconds: .min), now: SampleWorld.at(0)).utf8.count == 15)
    }
}
