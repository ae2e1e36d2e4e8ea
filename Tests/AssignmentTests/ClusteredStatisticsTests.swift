import OrderedJSON
import Testing

@testable import Assignment

/// Calls come in sessions: intervals that know it, against values of SciPy (Tests/Support/statistics_fixtures.py) and
/// against simulation.
@Suite struct ClusteredStatisticsTests {
    @Test func `the interval of a share of calls in sessions equals the one computed with SciPy`() throws {
        for fixture in try StatisticsTests.fixtures("clustered") {
            let groups = (fixture["input"]?.array ?? []).map { group in
                (successes: group[0]?.int ?? 0, trials: group[1]?.int ?? 0)
            }
            let estimate = try #require(ClusteredShare(groups).estimate)
            let expected = (fixture["expected"]?.array ?? []).compactMap(\.double)
            for (ours, theirs) in zip([estimate.value, estimate.lower, estimate.upper], expected) {
                #expect(abs(ours - theirs) < 1e-9, "\(fixture.compactText)")
            }
        }
        #expect(ClusteredShare([(successes: 0, trials: 0)]).estimate == nil)
    }

    @Test func `sessions of one call each are as independent calls`() throws {
        let groups = (0..<400).map { (successes: $0 % 8 == 0 ? 1 : 0, trials: 1) }
        let share = ClusteredShare(groups)
        // Student's quantile of 399 degrees costs a percent of them.
        #expect(share.effectiveTrials > 395 && share.effectiveTrials <= 400)
        let values = (0..<400).map { (value: Double($0), group: $0) }
        let clustered = try #require(ClusteredQuantile.estimate(0.5, of: values))
        let plain = try #require(Quantile.estimate(0.5, of: values.map(\.value)))
        #expect(clustered.value == plain.value)
        #expect(abs(clustered.lower - plain.lower) <= 2 && abs(clustered.upper - plain.upper) <= 2)
        #expect(ClusteredQuantile.estimate(0.5, of: []) == nil)
    }

    @Test func `intervals hold when the calls of a session resemble each other, and plain ones do not`() throws {
        var random = SeededGenerator(state: 23)
        let rounds = 1000
        var hits = (share: 0, plain: 0, median: 0)
        for _ in 0..<rounds {
            var groups: [(successes: Int, trials: Int)] = []
            var values: [ClusteredQuantile.Value] = []
            for session in 0..<120 {
                // One session in five fails half of its calls, the others none: a tenth in all.
                let isBad = Int.random(in: 0..<5, using: &random) == 0
                let calls = Int.random(in: 1...9, using: &random)
                let level = Double.random(in: 0..<1, using: &random)
                groups.append((isBad ? (0..<calls).count { _ in Bool.random(using: &random) } : 0, calls))
                for _ in 0..<calls {
                    values.append((level + Double.random(in: -0.01..<0.01, using: &random), session))
                }
            }
            let share = try #require(ClusteredShare(groups).estimate)
            if share.lower <= 0.1, 0.1 <= share.upper { hits.share += 1 }
            let sums = groups.reduce((0, 0)) { ($0.0 + $1.successes, $0.1 + $1.trials) }
            let plain = try #require(Proportion.wilson(sums.0, of: sums.1))
            if plain.lower <= 0.1, 0.1 <= plain.upper { hits.plain += 1 }
            let median = try #require(ClusteredQuantile.estimate(0.5, of: values.sorted { $0.value < $1.value }))
            if median.lower <= 0.5, 0.5 <= median.upper { hits.median += 1 }
        }
        // 95 % promised; the margins are more than four standard errors of 1,000 rounds.
        for count in [hits.share, hits.median] { #expect((920...985).contains(count), "\(hits)") }
        #expect(hits.plain < 900, "\(hits)")
    }
}
