/// A request for scores.
public struct ScoreQuery: Hashable, Sendable {
    /// Whose scores.
    public enum Scope: Hashable, Sendable {
        /// All there are.
        case everything
        /// Those of a session and of its spans.
        case session(String)
        /// Those of one span.
        case span(SpanKey)
    }

    /// Whose scores.
    public var scope: Scope
    /// Those of that name alone, compared byte by byte.
    public var name: String?
    /// How many at most, the latest.
    public var limit: Int

    /// Makes a query.
    public init(_ scope: Scope, name: String? = nil, limit: Int = 1_000_000) {
        self.scope = scope
        self.name = name
        self.limit = limit
    }
}

/// A score with what the store knows of its target.
public struct StoredScore: Hashable, Sendable {
    /// The score.
    public var score: Score
    /// The session it counts for: its own, or the span's effective one; `nil` while the span has not come.
    public var sessionID: String?
    /// The managed prompt of the span.
    public var promptKey: String?
    /// Its version.
    public var promptVersion: String?
    /// The model of the span: the one that answered, else the one asked for.
    public var model: String?

    /// Makes one.
    public init(
        score: Score, sessionID: String?, promptKey: String? = nil, promptVersion: String? = nil, model: String? = nil
    ) {
        self.score = score
        self.sessionID = sessionID
        self.promptKey = promptKey
        self.promptVersion = promptVersion
        self.model = model
    }
}

/// Scores.
public struct ScorePage: Hashable, Sendable {
    /// The latest first.
    public var scores: [StoredScore]
    /// Whether there are more than the limit allowed.
    public var isPartial: Bool
    /// The store's revision the page was read at.
    public var revision: Int64

    /// Makes a page.
    public init(scores: [StoredScore], isPartial: Bool, revision: Int64) {
        self.scores = scores
        self.isPartial = isPartial
        self.revision = revision
    }
}

/// Which scores of a target to remove.
public struct ScoreSelection: Hashable, Sendable {
    /// The target.
    public var target: Score.Target
    /// Those of that name alone.
    public var name: String?
    /// Those of that judge alone.
    public var judge: String?

    /// Makes a selection.
    public init(_ target: Score.Target, name: String? = nil, judge: String? = nil) {
        self.target = target
        self.name = name
        self.judge = judge
    }

    /// Whether a score is among them.
    public func holds(_ score: Score) -> Bool {
        Score.Place(score.target) == Score.Place(target)
            && name.map { ExactText($0) == ExactText(score.name) } ?? true
            && judge.map { ExactText($0) == ExactText(score.judge) } ?? true
    }
}

extension Score {
    /// What a later score must share to take an earlier one's place, compared by bytes.
    public struct Key: Hashable, Sendable {
        let place: Place
        let name: ExactText
        let judge: ExactText

        /// The key of a score.
        public init(_ score: Score) {
            place = Place(score.target)
            name = ExactText(score.name)
            judge = ExactText(score.judge)
        }
    }

    /// A target compared by bytes.
    struct Place: Hashable, Sendable {
        let trace: ExactText?
        let id: ExactText

        init(_ target: Target) {
            switch target {
            case .session(let session): (trace, id) = (nil, ExactText(session))
            case .span(let key): (trace, id) = (ExactText(key.traceID), ExactText(key.spanID))
            }
        }
    }
}
