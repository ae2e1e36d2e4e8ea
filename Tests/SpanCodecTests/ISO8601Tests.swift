import SpanCodec
import Testing
import TraceModel

@Suite struct `ISO 8601 times` {
    @Test(arguments: [
        ("2026-11-23T15:18:40.079000+00:00", 1_795_447_120_079_000_000 as Int64),
        ("2026-11-23T15:18:40.079Z", 1_795_447_120_079_000_000),
        ("2026-11-23 15:18:40Z", 1_795_447_120_000_000_000),
        ("2026-11-23T16:18:40,123456789123+01:00", 1_795_447_120_123_456_789),
        ("2026-11-23T10:48:40.5-0430", 1_795_447_120_500_000_000),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("2000-02-29T00:00:00Z", 951_782_400_000_000_000),
    ])
    func `are read exactly`(text: String, nanoseconds: Int64) {
        #expect(ISO8601.parse(text)?.unixNanoseconds == nanoseconds)
    }

    @Test(arguments: [
        "", "2026-11-23", "2026-11-23T15:18:40", "2026-11-23T15:18:40.079", "2026-13-01T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2026-11-23T24:00:00Z", "2026-11-23T15:18:40.Z", "2026-11-23T15:18:40Zx", "2026-11-23T15:18:40+25:00",
        "9999-01-01T00:00:00Z", "2026-1-23T15:18:40.000Z", "２026-11-23T15:18:40Z", "2026-11-23T15:18:40+0",
    ])
    func `are refused where they are not times`(text: String) {
        #expect(ISO8601.parse(text) == nil)
    }

    @Test(
        arguments: [
            0, -1, 1, 999_999_999, 1_795_447_120_079_000_000, 1_795_447_120_079_001_000, -62_000_000_000_000_000,
        ] as [Int64])
    func `are written so that they read back`(nanoseconds: Int64) {
        let time = Timestamp(unixNanoseconds: nanoseconds)
        #expect(ISO8601.parse(ISO8601.string(time)) == time)
    }
}
