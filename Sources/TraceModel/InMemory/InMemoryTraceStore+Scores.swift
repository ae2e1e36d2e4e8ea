extension InMemoryTraceStore {
    /// Scores, the latest first.
    public func scores(_ query: ScoreQuery) async throws -> ScorePage {
        withContents { $0.scores(query) }
    }

    /// Removes scores.
    public func removeScores(_ selection: ScoreSelection) async throws -> Int {
        let (removed, revision) = withContents { ($0.removeScores(selection), $0.revision) }
        if removed > 0 { tell(revision) }
        return removed
    }
}

extension InMemoryContents {
    /// Keeps scores: of the same key the one of the later time, of the same time the one that came later.
    mutating func put(_ new: [Score]) {
        for score in new {
            let key = Score.Key(score)
            if let place = scores.firstIndex(where: { Score.Key($0) == key }) {
                guard scores[place].time <= score.time else { continue }
                scores.remove(at: place)
            }
            scores.append(score)
        }
    }

    mutating func removeScores(_ selection: ScoreSelection) -> Int {
        let before = scores.count
        scores.removeAll(where: selection.holds)
        guard scores.count < before else { return 0 }
        changed()
        return before - scores.count
    }

    fileprivate mutating func scores(_ query: ScoreQuery) -> ScorePage {
        let spans = resolved()
        let stored = scores.map { score -> StoredScore in
            switch score.target {
            case .session(let id): return StoredScore(score: score, sessionID: id)
            case .span(let key):
                let span = spans[Key(key)]
                return StoredScore(
                    score: score, sessionID: span?.sessionID, promptKey: span?.span.promptKey,
                    promptVersion: span?.span.promptVersion, model: span?.span.model)
            }
        }
        let wanted = stored.filter { stored in
            guard query.name.map({ ExactText($0) == ExactText(stored.score.name) }) ?? true else { return false }
            switch query.scope {
            case .everything: return true
            case .session(let id): return stored.sessionID.map { ExactText($0) == ExactText(id) } ?? false
            case .span(let key): return Score.Place(stored.score.target) == Score.Place(.span(key))
            }
        }
        let sorted = wanted.enumerated().sorted {
            ($1.element.score.time, $1.offset) < ($0.element.score.time, $0.offset)
        }.map(\.element)
        return ScorePage(
            scores: Array(sorted.prefix(max(0, query.limit))), isPartial: sorted.count > query.limit,
            revision: revision)
    }

    /// The scores on a target, by name and judge.
    func scores(on target: Score.Target) -> [Score] {
        let place = Score.Place(target)
        return scores.filter { Score.Place($0.target) == place }.sorted(by: Score.precedes)
    }
}

extension Score {
    /// The order of scores on a session or span: by name, then by judge, then by target.
    public static func precedes(_ left: Score, _ right: Score) -> Bool {
        (ExactText(left.name), ExactText(left.judge), ExactText(left.target.text))
            < (ExactText(right.name), ExactText(right.judge), ExactText(right.target.text))
    }
}
