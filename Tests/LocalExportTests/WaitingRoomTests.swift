import LocalExport
import OrderedJSON
import SpanCodec
import Testing

@Suite struct WaitingRoomTests {
    private struct Parcel: Waiting, Hashable {
        var name: String
        var weight: Int
        var isStart = false
        var content = 0

        var withoutContent: Parcel? {
            content > 0 ? Parcel(name: name, weight: weight - content, isStart: isStart) : nil
        }
    }

    private func full(_ name: String) -> Parcel { Parcel(name: name, weight: 100, content: 90) }

    private func names(_ room: inout WaitingRoom<Parcel>) -> [String] {
        (room.take(upTo: RoomLimits(bytes: .max)) ?? nil)?.items.map { "\($0.name) \($0.weight)" } ?? []
    }

    @Test func `content is given up before spans, the oldest first, and spans last`() {
        var room = WaitingRoom<Parcel>(RoomLimits(bytes: 300))
        for name in ["a", "b", "c"] { #expect(room.add(full(name), at: 0).isTaken) }
        let fourth = room.add(full("d"), at: 0)
        #expect(fourth.isTaken && fourth.contentsGivenUp == 2)
        #expect(room.weight == 220)
        var taken = 4
        var given = 2
        for number in 0..<40 {
            let arrival = room.add(full("n\(number)"), at: 0)
            taken += arrival.isTaken ? 1 : 0
            given += arrival.contentsGivenUp
        }
        // 30 bare ones fill the room; whoever came later was refused.
        #expect(taken == 30 && room.weight == 300 && room.count == 30)
        #expect(given >= 30)
        #expect(names(&room).first == "a 10")
    }

    @Test func `starts are given up before anything else, and taken only while there is plenty of room`() {
        var room = WaitingRoom<Parcel>(RoomLimits(bytes: 800))
        func start(_ name: String) -> Parcel { Parcel(name: name, weight: 100, isStart: true) }
        for number in 0..<3 { #expect(room.add(start("s\(number)"), at: 0).isTaken) }
        for number in 0..<5 { #expect(room.add(full("e\(number)"), at: 0).isTaken) }
        #expect(!room.add(start("late"), at: 0).isTaken)
        let last = room.add(full("e5"), at: 0)
        #expect(last.isTaken && last.startsGivenUp == 3 && last.contentsGivenUp == 0)
        #expect(names(&room) == (0..<6).map { "e\($0) 100" })
    }

    @Test func `what is being carried takes room until it is done with, and comes back to its place`() throws {
        var room = WaitingRoom<Parcel>(RoomLimits(bytes: 300))
        for name in ["a", "b", "c"] { _ = room.add(full(name), at: 0) }
        let (one, two) = (room.take(upTo: RoomLimits(count: 1)), room.take(upTo: RoomLimits(count: 1)))
        let (first, second) = (try #require(one), try #require(two))
        #expect(room.lowestOutstanding == 1 && room.weight == 300)
        room.putBack(second)
        room.putBack(first)
        #expect(names(&room) == ["a 100", "b 100", "c 100"])
        #expect(room.lowestOutstanding == 1)
        // Content that came back can be given up.
        var other = WaitingRoom<Parcel>(RoomLimits(bytes: 200))
        _ = other.add(full("a"), at: 0)
        _ = other.add(full("b"), at: 0)
        let carried = other.take(upTo: RoomLimits(count: 1))
        let batch = try #require(carried)
        #expect(other.add(full("c"), at: 0).contentsGivenUp == 2)
        other.putBack(batch)
        #expect(other.add(full("d"), at: 0).isTaken)
        #expect(names(&other) == ["a 10", "b 10", "c 10", "d 100"])
    }

    @Test func `the oldest are given up by their age`() {
        var room = WaitingRoom<Parcel>(RoomLimits())
        for second in 1...5 { _ = room.add(full("\(second)"), at: Int64(second)) }
        #expect(room.giveUp(before: 3) == 2)
        #expect(names(&room) == ["3 100", "4 100", "5 100"])
        #expect(room.isEmpty)
    }

    @Test func `a batch is bounded by number and by weight, and one at least`() {
        var room = WaitingRoom<Parcel>(RoomLimits())
        for number in 0..<10 { _ = room.add(full("\(number)"), at: 0) }
        #expect(room.take(upTo: RoomLimits(bytes: 250))?.items.count == 2)
        #expect(room.take(upTo: RoomLimits(bytes: 10))?.items.count == 1)
        #expect(room.take(upTo: RoomLimits(count: 3))?.items.count == 3)
        #expect(room.count == 4)
    }

    @Test func `a record without its content says so`() throws {
        var record = record(1)
        #expect(record.withoutContent == nil || record.attributes.contains { $0.name == "text" })
        record.attributes = [
            .init("fallom.raw.request", .string(String(repeating: "x", count: 10_000))), .init("n", 1),
        ]
        let bare = try #require(record.withoutContent)
        #expect(bare.attributes.map(\.name) == ["n", "fallom.content_given_up"])
        #expect(record.weight > 10_000 && bare.weight < 2000)
        #expect(bare.withoutContent == nil)
    }
}
