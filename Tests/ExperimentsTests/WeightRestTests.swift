import Assignment
import Experiments
import OrderedJSON
import Testing

/// What one weight leaves, shared among the others.
@Suite struct WeightRestTests {
    /// As records have them: whole ones without a point.
    private func weights(_ percents: [Double]) -> [Weight] {
        percents.map { Weight(Int(exactly: $0).map { .number($0) } ?? .number($0)) }
    }

    @Test(
        arguments: [
            ([80, 20, 10], 0, ["80", "13.3333", "6.6667"]),
            // The larger remainder takes what does not divide, the first of equal ones.
            ([1, 33, 33, 33], 0, ["1", "33", "33", "33"]),
            ([90, 1, 1, 1], 0, ["90", "3.3334", "3.3333", "3.3333"]),
            ([50, 34.5, 0.5], 0, ["50", "49.2857", "0.7143"]),
            ([10, 20, 40], 2, ["20", "40", "40"]),
            // Nothing has no proportion.
            ([40, 0, 0], 0, ["40", "30", "30"]),
            ([100, 30, 30], 0, ["100", "0", "0"]),
            // Finer than a bucket: as fine as one.
            ([33.33333, 50], 0, ["33.3333", "66.6667"]),
        ] as [([Double], Int, [String])])
    func `the others keep their proportion, and all are 100 to the bucket`(
        percents: [Double], kept: Int, written: [String]
    ) throws {
        guard percents.reduce(0, +) != 100 else {
            #expect(WeightRest(weights(percents), keeping: kept) == nil)
            return
        }
        let rest = try #require(WeightRest(weights(percents), keeping: kept))
        #expect(rest.buckets.reduce(0, +) == Bucket.count)
        #expect(rest.written.map(\.compactText) == written)
        let sum = rest.written.compactMap { Weight($0).percent }.reduce(0, +)
        #expect(abs(sum - 100) < 1e-9)
    }

    @Test func `any weights come out as 100, each less than a bucket from its exact share`() throws {
        var seed: UInt64 = 7
        func next() -> Double {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(seed >> 40) / 1_000
        }
        for _ in 0..<2_000 {
            let percents = [next().truncatingRemainder(dividingBy: 101)] + (0..<5).map { _ in next() }
            guard percents[0] <= 100 else { continue }
            let rest = try #require(WeightRest(weights(percents), keeping: 0))
            #expect(rest.buckets.reduce(0, +) == Bucket.count)
            let sum = percents.dropFirst().reduce(0, +)
            for (buckets, percent) in zip(rest.buckets, percents).dropFirst() where sum > 0 {
                let exact = Double(Bucket.count - rest.buckets[0]) * percent / sum
                #expect(abs(Double(buckets) - exact) < 1 + 1e-6)
            }
        }
    }

    @Test func `there is nothing to share where weights are 100, malformed, alone or too large`() {
        #expect(WeightRest(weights([60, 40]), keeping: 0) == nil)
        #expect(WeightRest(weights([60]), keeping: 0) == nil)
        #expect(WeightRest(weights([101, 40]), keeping: 0) == nil)
        #expect(WeightRest(weights([60, -1]), keeping: 0) == nil)
        #expect(WeightRest(weights([60, 1]), keeping: 2) == nil)
        #expect(WeightRest([Weight(percent: 60), Weight(.string("many"))], keeping: 0) == nil)
    }

    @Test func `a record is changed in one step of undo, and what else it has stays`() throws {
        let record = try JSONValue(
            parsing: Array(
                #"{"key":"k","version":1,"variants":[{"model":"a","weight":80,"note":"n"},{"model":"b","weight":40}]}"#
                    .utf8))
        var draft = RecordDraft(try ModelConfig(record: record))
        draft.shareRest(keeping: 0)
        #expect(draft.made.weights.map(\.percent) == [80, 20])
        #expect(draft.record.compactText.contains(#""note":"n""#))
        draft.undo()
        #expect(draft.record == record)
    }
}
