import Assignment
import Display
import Prompts

extension ABTestBoard {
    /// What is asked before a test is served: how it divides, and who moves from the one that is served now.
    func question(_ deed: String, of test: PromptABTest) -> String {
        guard let served = tests[test.key]?.current else {
            return "\(deed)? all sessions are divided at the apps' next sync"
        }
        let moved = SplitOverlap(served.split, test.split).cells.reduce(0.0) { share, cell in
            let before = cell.row.map { served.variants[$0].displayName }
            let after = cell.column.map { test.variants[$0].displayName }
            return before == after ? share : share + cell.share
        }
        return "\(deed)? " + Self.movers(moved)
    }

    /// What is asked before a test is ended.
    func stopQuestion(winner: Int) -> String? {
        guard let saved, saved.variants.indices.contains(winner) else { return nil }
        let name = saved.variants[winner].displayName
        let moved = SplitOverlap(saved.split, saved.split).cells.reduce(0.0) { share, cell in
            cell.row.map { saved.variants[$0].displayName } == name ? share : share + cell.share
        }
        return "give everybody \(name)? " + Self.movers(moved)
    }

    private static func movers(_ share: Double) -> String {
        // Short: the question stands beside its answers on one row of 80 columns.
        let percent = Figure.percent(share, places: share < 0.1 ? 1 : 0)
        return share == 0 ? "no session changes prompt" : "\(percent) of sessions change prompt"
    }
}
