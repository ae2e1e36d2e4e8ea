import Testing
import TraceModel

@testable import ClickHouseStore

@Suite struct FollowMemoryTests {
    @Test func `each follower finds what it was told, and those that have gone leave little behind`() {
        var memory = FollowMemory()
        for round in 0..<1000 {
            // One that stays, beside those that ask once.
            let mine = memory.take(at: Int64(round))
            #expect(mine?.count == (round == 0 ? nil : 1))
            memory.put([[ExactText("mine")]: 1], at: Int64(round + 1))
            memory.put([[ExactText("gone")]: 1], at: Int64(-round - 1))
        }
        let left = (-1000...1000).count { memory.take(at: $0) != nil }
        #expect(left == 8)
    }
}
