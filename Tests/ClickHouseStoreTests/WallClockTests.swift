import Testing
import TraceModel

@testable import ClickHouseStore

@Suite struct WallClockTests {
    private static let hour = Hour.nanoseconds
    private static let day = 24 * hour

    /// Ahead by so many minutes, and from a moment on by others.
    private static func steps(_ minutes: Int, then later: Int, at moment: Int64) -> WallClockSteps? {
        WallClockSteps(from: 0, to: 3 * day) { ($0.unixNanoseconds < moment ? minutes : later) * 60 }
    }

    @Test func `a clock that is whole hours ahead is told by the hour, any other by the moment`() throws {
        let still = try #require(Self.steps(60, then: 60, at: 0))
        #expect(still.isSteady && still.isOfWholeHours)
        #expect(still.ahead("start") == "\(Self.hour)" && still.ahead("hour", unit: Self.hour) == "1")
        let summer = try #require(Self.steps(60, then: 120, at: Self.day + Self.hour))
        #expect(summer.ahead("start") == "multiIf(start < \(Self.day + Self.hour), \(Self.hour), \(2 * Self.hour))")
        #expect(!summer.isSteady && summer.isOfWholeHours)
        #expect(summer.ahead("hour", unit: Self.hour) == "multiIf(hour < 25, 1, 2)")
        #expect(try #require(Self.steps(-180, then: -180, at: 0)).ahead("hour", unit: Self.hour) == "-3")
        // Kolkata, and an island whose clock goes half an hour on.
        #expect(try #require(Self.steps(330, then: 330, at: 0)).isOfWholeHours == false)
        #expect(try #require(Self.steps(600, then: 630, at: Self.day)).isOfWholeHours == false)
        #expect(try #require(Self.steps(60, then: 120, at: Self.day + Self.hour / 2)).isOfWholeHours == false)
    }
}
