import Testing
import TraceModel

@testable import ClickHouseStore

@Suite struct FollowMemoryTests {
    @Test func `each follower finds what it was told, and those that have gone leave little behind`() {
        var memory = FollowMemory()
        for round in 0..<1000 {
            // One that stays, beside those that ask once.
            let mine = memory.told(at: Int64(round))
            #expect(mine?.keys.count == (round == 0 ? nil : 1))
            memory.put(told("mine"), at: Int64(round + 1), from: Int64(round))
            memory.put(told("gone"), at: Int64(-round - 1), from: .min)
        }
        let left = (-1000...1000).count { memory.told(at: $0) != nil }
        #expect(left == 8)
    }

    private func told(_ key: String) -> FollowMemory.Told { FollowMemory.Told(keys: [[ExactText(key)]: 1]) }
}
