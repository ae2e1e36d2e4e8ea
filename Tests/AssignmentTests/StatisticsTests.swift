import Foundation
import OrderedJSON
import Testing

@testable import Assignment

/// Against values that SciPy computed (Fixtures/statistics.ndjson), and against simulation.
@Suite struct StatisticsTests {
    static func fixtures(_ kind: String) throws -> [JSONValue] {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/statistics.ndjson")
        let fixtures = try String(decoding: Data(contentsOf: url), as: UTF8.self).split(separator: "\n")
            .map { try JSONValue(parsing: String($0)) }.filter { $0["kind"]?.string == kind }
        try #require(!fixtures.isEmpty)
        return fixtures
    }

    @Test func `Wilson's and Newcombe's intervals equal SciPy's`() throws {
        for fixture in try Self.fixtures("wilson") {
            let input = numbers(fixture["input"])
            check(Proportion.wilson(Int(input[0]), of: Int(input[1]), confidence: input[2]), fixture)
        }
        for fixture in try Self.fixtures("difference") {
            let input = numbers(fixture["input"]).map { Int($0) }
            check(Proportion.difference((input[0], input[1]), (input[2], input[3])), fixture)
        }
        #expect(Proportion.wilson(0, of: 0) == nil)
    }

    @Test func `intervals of means equal SciPy's`() throws {
        for fixture in try Self.fixtures("mean") { check(Moments(numbers(fixture["input"])).estimate(), fixture) }
        #expect(Moments([1]).estimate() == nil)
    }

    @Test func `sample-ratio probabilities equal SciPy's`() throws {
        for fixture in try Self.fixtures("ratio") {
            let observed = numbers(fixture["input"]?[0]).map { Int($0) }
            let check = try #require(SampleRatio(observed: observed, shares: numbers(fixture["input"]?[1])))
            let expected = try #require(fixture["expected"]?.double)
            #expect(abs((check.pValue ?? -1) - expected) < 1e-9, "\(fixture.compactText)")
        }
        #expect(SampleRatio(observed: [3, 1, 1], shares: [0.4, 0.3, 0.3])?.method == .tooFew)
        #expect(SampleRatio(observed: [3, 1, 1], shares: [0.5, 0.5, 0])?.pValue == 0)
        #expect(SampleRatio(observed: [0, 0], shares: [0.5, 0.5]) == nil)
        #expect(SampleRatio(observed: [5], shares: [1]) == nil)
    }

    @Test func `ranks of a quantile's interval equal those from SciPy's binomial distribution`() throws {
        for fixture in try Self.fixtures("quantile") {
            let n = try #require(fixture["input"]?[0]?.int)
            let p = try #require(fixture["input"]?[1]?.double)
            let estimate = try #require(Quantile.estimate(p, of: (1...n).map(Double.init)))
            #expect(estimate.value == fixture["expected"]?[0]?.double)
            #expect(estimate.lower == fixture["expected"]?[1]?.double ?? -.infinity, "\(fixture.compactText)")
            #expect(estimate.upper == fixture["expected"]?[2]?.double ?? .infinity, "\(fixture.compactText)")
        }
        #expect(Quantile.estimate(0.5, of: []) == nil)
    }

    @Test func `distribution functions equal SciPy's`() throws {
        for fixture in try Self.fixtures("student") {
            let input = numbers(fixture["input"])
            let expected = try #require(fixture["expected"]?.double)
            #expect(abs(SpecialFunctions.studentCDF(input[0], degrees: input[1]) - expected) < 1e-11)
        }
        for fixture in try Self.fixtures("chi2") {
            let input = numbers(fixture["input"])
            let expected = try #require(fixture["expected"]?.double)
            #expect(abs(SpecialFunctions.chiSquareTail(input[0], degrees: Int(input[1])) - expected) < 1e-11)
        }
        #expect(abs(SpecialFunctions.normalQuantile(0.975) - 1.959963984540054) < 1e-13)
    }

    @Test func `intervals hold the true value about as often as they say`() throws {
        var random = SeededGenerator(state: 11)
        let rounds = 1500
        var hits = (wilson: 0, median: 0, difference: 0)
        for _ in 0..<rounds {
            let first = (0..<120).reduce(0) { sum, _ in sum + (Double.random(in: 0..<1, using: &random) < 0.1 ? 1 : 0) }
            let second = (0..<90).reduce(0) { sum, _ in sum + (Double.random(in: 0..<1, using: &random) < 0.2 ? 1 : 0) }
            let wilson = try #require(Proportion.wilson(first, of: 120))
            if wilson.lower <= 0.1, 0.1 <= wilson.upper { hits.wilson += 1 }
            let difference = try #require(Proportion.difference((first, 120), (second, 90)))
            if difference.lower <= 0.1, 0.1 <= difference.upper { hits.difference += 1 }
            let values = (0..<41).map { _ in -Double.random(in: 1e-12..<1, using: &random).logarithm }.sorted()
            let median = try #require(Quantile.estimate(0.5, of: values))
            if median.lower <= 0.6931471805599453, 0.6931471805599453 <= median.upper { hits.median += 1 }
        }
        // 95 % promised; the margin is five standard errors of 1,500 rounds.
        for count in [hits.wilson, hits.median, hits.difference] {
            #expect(Double(count) / Double(rounds) > 0.92)
            #expect(Double(count) / Double(rounds) < 0.99)
        }
    }

    @Test func `real hashes pass the sample-ratio check about as often as they should`() throws {
        let split = WeightedSplit(thresholds: [600_000, 900_000, 1_000_000], variantCount: 3)
        let shares = (0..<3).map { split.share(of: $0) }
        var alarms = 0
        for round in 0..<400 {
            var observed = [0, 0, 0]
            for session in 0..<300 {
                let bucket = Bucket.of(sessionID: "round-\(round)-session-\(session)")
                observed[split.piece(at: bucket).variantIndex ?? 0] += 1
            }
            let check = try #require(SampleRatio(observed: observed, shares: shares))
            if let pValue = check.pValue, pValue < 0.05 { alarms += 1 }
        }
        // 5 % of 400 is 20; beyond these bounds lies less than one run in ten thousand.
        #expect(alarms >= 5 && alarms <= 39)
    }

    @Test func `verdicts say nothing unless zero lies outside`() {
        #expect(Estimate(value: 1, lower: 0.5, upper: 2).verdict == .higher)
        #expect(Estimate(value: -1, lower: -2, upper: -0.5).verdict == .lower)
        #expect(Estimate(value: 1, lower: -0.5, upper: 2).verdict == .undecided)
        #expect(Estimate(value: 1, lower: -.infinity, upper: .infinity).verdict == .undecided)
    }

    private func numbers(_ json: JSONValue?) -> [Double] { (json?.array ?? []).compactMap(\.double) }

    private func check(_ estimate: Estimate?, _ fixture: JSONValue) {
        let expected = numbers(fixture["expected"])
        for (ours, theirs) in zip([estimate?.value, estimate?.lower, estimate?.upper], expected) {
            #expect(abs((ours ?? .nan) - theirs) <= 1e-9 * max(1, abs(theirs)), "\(fixture.compactText)")
        }
    }
}

extension Double {
    /// The natural logarithm.
    fileprivate var logarithm: Double { log(self) }
}
