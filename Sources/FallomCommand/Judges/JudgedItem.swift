import OrderedJSON
import TraceModel

/// A span or session as a judge gets it.
struct JudgedItem: Sendable {
    let target: Score.Target
    /// What is said of it: `item`, `target`, and the members of `spans --json` or `sessions --json`; of a session its `spans`,
    /// too.
    let json: JSONValue
    /// What went in, for a prompt.
    let input: String
    /// What came out.
    let output: String
}

/// Chooses what a judge is to judge: what matches and it has not judged yet, the newest first.
struct JudgedItems: Sendable {
    let store: any SpanStore
    let judge: JudgeEntry
    let filter: SpanFilter
    let most: Int
    /// Whether what it has judged already is judged again.
    let again: Bool

    /// How many match, are in the sample and are not judged yet.
    private(set) var chosen: [Score.Target] = []
    private(set) var matching = 0
    private(set) var judgedBefore = 0

    init(_ store: any SpanStore, _ judge: JudgeEntry, _ filter: SpanFilter, most: Int, again: Bool) {
        self.store = store
        self.judge = judge
        self.filter = filter
        self.most = most
        self.again = again
    }

    /// Chooses.
    mutating func choose() async throws {
        if judge.judgesSessions { try await chooseSessions() } else { try await chooseSpans() }
    }

    private mutating func chooseSessions() async throws {
        var query = SessionQuery(filter: filter, limit: 500)
        while true {
            let page = try await store.sessions(query)
            for summary in page.sessions { take(.session(summary.sessionID), summary.scores) }
            query.offset += page.sessions.count
            if page.sessions.isEmpty || query.offset >= page.total || chosen.count >= most { return }
        }
    }

    private mutating func chooseSpans() async throws {
        var anchor = SpanAnchor.newest
        while true {
            let page = try await store.spans(SpanQuery(filter: filter, order: .start, anchor: anchor, limit: 500))
            for stored in page.spans.reversed() where !stored.span.isRunning {
                take(.span(stored.span.key), stored.scores)
            }
            guard page.hasEarlier, let first = page.spans.first, chosen.count < most else { return }
            anchor = .before(first.span.key)
        }
    }

    private mutating func take(_ target: Score.Target, _ scores: [Score]) {
        matching += 1
        guard chosen.count < most, isInSample(target) else { return }
        let isJudged = scores.contains { $0.target == target && $0.judge.utf8.elementsEqual(judge.name.utf8) }
        if isJudged, !again {
            judgedBefore += 1
        } else {
            chosen.append(target)
        }
    }

    /// By a digest of the target: the same ones at each run, and a larger sample holds a smaller one.
    private func isInSample(_ target: Score.Target) -> Bool {
        judge.sample >= 1 || StableHash(target.text).place < judge.sample
    }

    /// An item with all that is said of it; `nil` when it has gone meanwhile.
    func item(_ number: Int, _ target: Score.Target) async throws -> JudgedItem? {
        let head = [JSONMember("item", .count(number)), JSONMember("target", .string(target.text))]
        switch target {
        case .span(let key):
            guard let payload = try await store.payload(of: key) else { return nil }
            let json = try SpanListing.json(of: payload.filled)
            return JudgedItem(
                target: target, json: .object(head + (json.object ?? [])), input: json["input_text"]?.string ?? "",
                output: json["output_text"]?.string ?? "")
        case .session(let id):
            guard let summary = try await store.session(id) else { return nil }
            let keys = try await store.spans(ofSession: id, limit: 1000).map(\.span.key)
            let spans = try await store.payloads(of: keys).map { try SpanListing.json(of: $0.filled) }
            let figures = SessionDocument(summary: summary).json.object ?? []
            let calls = spans.filter { $0["kind"]?.string == "llm" }
            return JudgedItem(
                target: target, json: .object(head + figures + [JSONMember("spans", .array(spans))]),
                input: calls.last?["input_text"]?.string ?? "",
                output: calls.compactMap { $0["output_text"]?.string }.joined(separator: "\n\n"))
        }
    }
}
