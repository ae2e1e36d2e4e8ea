import Foundation
import OrderedJSON
import Testing

@testable import Assignment

/// Against values that SciPy and gbstats computed (Fixtures/sequential.ndjson), and against simulation.
@Suite struct ConfidenceSequenceTests {
    private static func fixtures(_ kind: String) throws -> [(input: [JSONValue], expected: JSONValue)] {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/sequential.ndjson")
        let fixtures = try String(decoding: Data(contentsOf: url), as: UTF8.self).split(separator: "\n")
            .map { try JSONValue(parsing: String($0)) }.filter { $0["kind"]?.string == kind }
        try #require(!fixtures.isEmpty)
        return fixtures.map { ($0["input"]?.array ?? [], $0["expected"] ?? .null) }
    }

    private func numbers(_ json: JSONValue?) -> [Double] { (json?.array ?? []).map { $0.double ?? .nan } }

    private func near(_ ours: Double?, _ theirs: Double?) -> Bool {
        guard let ours, let theirs else { return false }
        return abs(ours - theirs) <= 1e-6 * max(1, abs(theirs))
    }

    @Test func `multipliers equal NumPy's`() throws {
        for fixture in try Self.fixtures("multiplier") {
            let input = numbers(.array(fixture.input))
            let found = ConfidenceSequence.multiplier(input[0], confidence: input[1], tuning: input[2])
            #expect(near(found, fixture.expected.double))
        }
    }

    @Test func `differences of means equal gbstats' sequential intervals`() throws {
        for fixture in try Self.fixtures("gbstats") {
            let (first, second) = (numbers(fixture.input[0]), numbers(fixture.input[1]))
            let multiplier = ConfidenceSequence.multiplier(
                Double(first.count + second.count), confidence: 0.95, tuning: numbers(fixture.input[2])[0])
            let (a, b) = (try #require(ClusteredEstimate.mean(first)), try #require(ClusteredEstimate.mean(second)))
            let found = ClusteredEstimate.difference(a, b, multiplier: multiplier)
            let expected = numbers(fixture.expected)
            #expect(near(found.value, expected[0]) && near(found.lower, expected[1]) && near(found.upper, expected[2]))
        }
    }

    @Test func `ratios over sessions equal NumPy's`() throws {
        for fixture in try Self.fixtures("ratio") {
            let pairs = zip(numbers(fixture.input[0]), numbers(fixture.input[1])).map { (part: $0, whole: $1) }
            let found = try #require(ClusteredEstimate.ratio(pairs))
            let expected = numbers(fixture.expected)
            #expect(near(found.value, expected[0]) && near(found.standardError, expected[1]))
        }
    }

    @Test func `relative changes equal NumPy's`() throws {
        for fixture in try Self.fixtures("change") {
            let (first, second) = (numbers(fixture.input[0]), numbers(fixture.input[1]))
            let multiplier = ConfidenceSequence.multiplier(Double(first.count + second.count), confidence: 0.95)
            let (a, b) = (try #require(ClusteredEstimate.mean(first)), try #require(ClusteredEstimate.mean(second)))
            let found = try #require(ClusteredEstimate.change(a, b, multiplier: multiplier))
            let expected = numbers(fixture.expected)
            #expect(near(found.value, expected[0]) && near(found.lower, expected[1]) && near(found.upper, expected[2]))
        }
    }

    @Test func `quantiles of calls in sessions equal NumPy's`() throws {
        for fixture in try Self.fixtures("quantile") {
            let values = zip(numbers(fixture.input[0]), numbers(fixture.input[1])).map {
                (value: $0, group: Int($1))
            }
            let (p, groups) = (numbers(fixture.input[2])[0], numbers(fixture.input[2])[1])
            let multiplier = ConfidenceSequence.multiplier(groups, confidence: 0.95)
            let found = try #require(ClusteredQuantile.estimate(p, of: values, multiplier: multiplier))
            let expected = fixture.expected.array ?? []
            #expect(found.value == expected[0].double)
            #expect(found.lower == expected[1].double ?? -.infinity)
            #expect(found.upper == expected[2].double ?? .infinity)
        }
    }

    @Test func `how many sessions are needed equals SciPy's root`() throws {
        for fixture in try Self.fixtures("needed") {
            let input = numbers(.array(fixture.input))
            let found = try #require(
                ConfidenceSequence.needed(
                    effect: input[0], standardError: input[1], after: input[2], confidence: input[3]))
            let expected = try #require(fixture.expected.double)
            #expect(abs(found - expected.rounded(.up)) <= 1)
        }
        #expect(ConfidenceSequence.needed(effect: 0, standardError: 1, after: 100, confidence: 0.95) == nil)
        #expect(ConfidenceSequence.needed(effect: 1e-9, standardError: 1, after: 100, confidence: 0.95) == nil)
    }

    @Test func `where nothing differs nothing is certain either`() throws {
        let same = try #require(ClusteredEstimate.mean(Array(repeating: 1, count: 100), other: 0))
        #expect(same.standardError > 0)
        let none = try #require(ClusteredEstimate.ratio(Array(repeating: (part: 0, whole: 3), count: 50)))
        #expect(none.value == 0 && none.standardError > 0)
        #expect(ClusteredEstimate.mean([1]) == nil)
        #expect(ConfidenceSequence.multiplier(0, confidence: 0.95) == .infinity)
    }

    /// 2,000 tests in which both variants are alike, each looked at 50 times: scores of yes and no, and costs with a long tail.
    @Test func `looking fifty times raises false alarms to five in a hundred and no further`() {
        var random = SeededGenerator(state: 12)
        var (sequential, fixed, covered) = (0, 0, 0)
        let (rounds, looks, step) = (2000, 50, 16)
        for round in 0..<rounds {
            let isYesNo = round % 2 == 0
            // A true difference in every other pair of rounds: what the intervals must hold.
            let effect = isYesNo ? 0 : Double(round % 4 / 2) * 0.3
            var (first, second) = (Moments(), Moments())
            var (isSequential, isFixed, isCovered) = (false, false, true)
            for _ in 0..<looks {
                for _ in 0..<step {
                    if isYesNo {
                        first.add(Double.random(in: 0..<1, using: &random) < 0.4 ? 1 : 0)
                        second.add(Double.random(in: 0..<1, using: &random) < 0.4 ? 1 : 0)
                    } else {
                        first.add(-log(1 - Double.random(in: 0..<1, using: &random)))
                        second.add(effect - log(1 - Double.random(in: 0..<1, using: &random)))
                    }
                }
                // No look before there are as many sessions as a comparison needs.
                guard first.count >= 30, let one = first.estimated, let two = second.estimated else { continue }
                let all = Double(first.count + second.count)
                let multiplier = ConfidenceSequence.multiplier(all, confidence: 0.95)
                let wide = ClusteredEstimate.difference(one, two, multiplier: multiplier)
                isSequential = isSequential || wide.lower > effect || wide.upper < effect
                isCovered = isCovered && wide.lower <= effect && effect <= wide.upper
                let narrow = ClusteredEstimate.difference(one, two, multiplier: 1.959964)
                isFixed = isFixed || narrow.lower > effect || narrow.upper < effect
            }
            sequential += isSequential ? 1 : 0
            fixed += isFixed ? 1 : 0
            covered += isCovered ? 1 : 0
        }
        #expect(Double(sequential) <= 0.05 * Double(rounds), "sequential: \(sequential) of \(rounds)")
        #expect(Double(covered) >= 0.94 * Double(rounds), "covered: \(covered) of \(rounds)")
        // The same looks with intervals for one look only: this is what the wider ones are for.
        #expect(Double(fixed) > 0.15 * Double(rounds), "fixed: \(fixed) of \(rounds)")
        print("false alarms of \(rounds): sequential \(sequential), fixed horizon \(fixed); covered \(covered)")
    }
}

extension Moments {
    fileprivate var estimated: ClusteredEstimate? {
        variance.map {
            ClusteredEstimate(value: mean, standardError: ($0 / Double(count)).squareRoot(), sessions: count)
        }
    }
}
