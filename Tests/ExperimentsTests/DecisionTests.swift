import Assignment
import Experiments
import OrderedJSON
import Testing
import TraceModel

/// What is said of an experiment with scores: who is kept, and why.
@Suite struct DecisionTests {
    /// What a session of a variant has.
    struct Figures {
        var helpful: Double?
        var latency = 500.0
        var cost = 0.01
        var isError = false
    }

    static func config(_ weights: [Int] = [50, 50]) throws -> ModelConfig {
        let variants = zip(["old", "new", "third"], weights).map { "{\"model\":\"\($0)\",\"weight\":\($1)}" }
        return try ModelConfig(
            record: try JSONValue(
                parsing: "{\"key\":\"app\",\"version\":1,\"variants\":[\(variants.joined(separator: ","))]}"))
    }

    /// Results of so many sessions, with what `figures` gives for variant and number.
    static func results(
        _ count: Int, plan: DecisionPlan, weights: [Int] = [50, 50], keeping: (Int, Int) -> Bool = { _, _ in true },
        _ figures: (Int, Int) -> Figures
    ) throws -> ConfigResults {
        let config = try config(weights)
        var page = ConfigSessionPage(sessions: [], total: 0, revision: 1)
        var calls = CallPage(sessions: [], calls: [], isPartial: false, revision: 1)
        var scores: [StoredScore] = []
        for number in 0..<count {
            let id = "session-\(number)"
            guard let placement = config.placement(sessionID: id, customerID: nil, context: EvaluationContext()),
                keeping(placement.variantIndex, number)
            else { continue }
            let variant = placement.variantIndex
            let time = Timestamp(unixNanoseconds: Int64(number) * 60_000_000_000)
            page.sessions.append(
                ConfigSession(
                    sessionID: id, customerID: nil, lastAt: time, context: AttributeMap(), metadata: AttributeMap(),
                    assignment: RecordedAssignment(
                        configKey: "app", configVersion: 1, sessionID: id, assignedModel: placement.model, time: time),
                    isReassigned: false))
            let made = figures(variant, number)
            calls.sessions.append(id)
            calls.calls.append(
                CallFigures(
                    session: calls.sessions.count - 1, part: .call, isError: made.isError, model: placement.model,
                    durationNanoseconds: Int64(made.latency * 1e6),
                    cost: Cost(nanoDollars: Int64(made.cost * 1e9), isEstimated: false)))
            if let helpful = made.helpful {
                let score = Score(
                    target: .session(id), name: "helpful", value: .number(helpful), judge: "ada", time: time)
                scores.append(StoredScore(score: score, sessionID: id))
            }
        }
        page.total = page.sessions.count
        return ConfigResults(config, page, calls, scores: scores, plan: plan)
    }

    /// Numbers between 0 and 1 that look like chance and are the same in every run.
    static func chance(_ number: Int, _ salt: Int) -> Double {
        var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(salt)
        state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((state ^ (state >> 31)) >> 11) / Double(1 << 53)
    }

    static let plan = DecisionPlan(
        goal: .score("helpful"),
        guardrails: [
            .init(.latencyP95, .relative(0.1)), .init(.costPerSession, .relative(0.05)),
        ])

    /// Yes and no with that probability, times around a middle.
    static func figures(_ number: Int, helpful: Double, slower: Double = 1, dearer: Double = 1) -> Figures {
        Figures(
            helpful: chance(number, 1) < helpful ? 1 : 0, latency: (400 + 200 * chance(number, 2)) * slower,
            cost: (0.008 + 0.004 * chance(number, 3)) * dearer)
    }

    @Test func `the better variant that holds its guardrails is kept, in one sentence`() throws {
        let results = try Self.results(3000, plan: Self.plan) { variant, number in
            Self.figures(number, helpful: variant == 0 ? 0.5 : 0.65, dearer: variant == 0 ? 1 : 0.85)
        }
        let decision = try #require(results.decisions.first)
        #expect(decision.call == .keep, "\(decision.sentence)")
        #expect(decision.sentence.hasPrefix("keep new: helpful +"))
        #expect(decision.sentence.contains(" points (+") && decision.sentence.contains("cost -1"))
        #expect(decision.sentence.hasSuffix("; guardrails hold."))
        #expect(decision.guardrails.map(\.state) == [.holds, .holds])
        #expect(results.verdict.first?.hasPrefix("Keep new") == true)
        // Goal and two guardrails of one variant.
        #expect(results.comparisons.first?.corrected == 3)
        #expect(results.correctionSentence?.contains("3 comparisons") == true)
    }

    @Test func `a broken guardrail decides against a better variant, and says by how much`() throws {
        let results = try Self.results(3000, plan: Self.plan) { variant, number in
            Self.figures(number, helpful: variant == 0 ? 0.5 : 0.65, slower: variant == 0 ? 1 : 1.4)
        }
        let decision = try #require(results.decisions.first)
        #expect(decision.call == .reject && decision.guardrails.first?.state == .broken)
        #expect(
            decision.sentence.hasPrefix("keep old: helpful +") && decision.sentence.contains("10% more p95 latency"))
    }

    @Test func `what may be chance waits, with how many sessions are missing and how long that takes`() throws {
        let results = try Self.results(400, plan: Self.plan) { variant, number in
            Self.figures(number, helpful: variant == 0 ? 0.5 : 0.55)
        }
        let decision = try #require(results.decisions.first)
        #expect(decision.call == .wait, "\(decision.sentence)")
        let more = try #require(decision.moreSessions)
        #expect(more > 0 && decision.sentence.contains("more sessions"))
        // One session a minute.
        let days = try #require(decision.days)
        #expect(abs(days - Double(more) / 1440) < 0.2 * days + 0.01)
    }

    @Test func `a worse variant is told, and a goal that nobody scored is too`() throws {
        let worse = try Self.results(3000, plan: Self.plan) { variant, number in
            Self.figures(number, helpful: variant == 0 ? 0.7 : 0.5)
        }
        #expect(worse.decisions.first?.call == .reject)
        #expect(worse.decisions.first?.sentence.hasPrefix("keep old: with new helpful -") == true)
        let unscored = try Self.results(400, plan: Self.plan) { _, _ in Figures(helpful: nil) }
        #expect(unscored.decisions.first?.call == .wait)
        let noGoal = try Self.results(400, plan: DecisionPlan()) { _, number in Self.figures(number, helpful: 0.5) }
        #expect(noGoal.decisions.first?.call == .open)
        // All figures then, and the score among them.
        #expect(noGoal.comparisons.first?.corrected == DecisionMetric.plain.count + 1)
    }

    @Test func `the sample ratio comes first`() throws {
        let results = try Self.results(
            2000, plan: Self.plan, keeping: { variant, number in variant == 0 || number % 3 != 0 }
        ) { variant, number in Self.figures(number, helpful: variant == 0 ? 0.2 : 0.9) }
        #expect(results.comparisons.first?.obstacle == .sampleRatio)
        #expect(results.decisions.first?.call == .open)
        #expect(results.verdict.first?.contains("sample ratio is off") == true)
    }

    @Test func `a third variant makes every interval wider`() throws {
        let two = try Self.results(2000, plan: Self.plan) { _, number in Self.figures(number, helpful: 0.5) }
        let three = try Self.results(2000, plan: Self.plan, weights: [40, 40, 20]) { _, number in
            Self.figures(number, helpful: 0.5)
        }
        #expect(two.comparisons.first?.corrected == 3 && three.comparisons.first?.corrected == 6)
        #expect(three.comparisons.count == 2)
    }

    @Test(arguments: [
        (#"{"goal":"helpful","guardrails":{"p95":"10%","errors":"1pp","cost":"0.05"}}"#, 0),
        (#"{"goal":7,"guardrails":{"p95":"much","cost":"-3%","tokens":"5%"}}"#, 3), ("{}", 0), ("[]", 0),
    ])
    func `a plan is read back as it was written, and what is wrong in it is told`(text: String, problems: Int) throws {
        let read = DecisionPlan.read(try JSONValue(parsing: text))
        #expect(read.problems.count == problems)
        #expect(DecisionPlan.read(read.plan.record).plan == read.plan)
    }

    @Test func `guardrails of shares are counted in points`() throws {
        let plan = DecisionPlan(goal: .score("helpful"), guardrails: [.init(.errorRate, .absolute(0.02))])
        let results = try Self.results(4000, plan: plan) { variant, number in
            var made = Self.figures(number, helpful: variant == 0 ? 0.5 : 0.65)
            made.isError = Self.chance(number, 9) < (variant == 0 ? 0.02 : 0.12)
            return made
        }
        let decision = try #require(results.decisions.first)
        #expect(decision.call == .reject, "\(decision.sentence)")
        #expect(decision.sentence.contains("2.0 points more errors"))
    }
}

/// Versions of a prompt are compared where they ran on the same model.
@Suite struct PromptContrastTests {
    /// Calls of a version: each of a session of its own.
    static func calls(
        _ version: String, _ count: Int, model: String, cost: Double, latency: Double = 500, from start: Int = 0,
        score: Double? = nil
    ) -> [StoredSpan] {
        (0..<count).map { index in
            let number = start + index
            var span = Span(
                key: SpanKey(traceID: "t\(version)-\(model)-\(number)", spanID: "s"), name: "chat", kind: .llm,
                responseModel: model, start: Timestamp(unixNanoseconds: Int64(number)),
                end: Timestamp(unixNanoseconds: Int64(number) + 1),
                durationNanoseconds: Int64(latency * (0.9 + 0.2 * DecisionTests.chance(number, 5)) * 1e6))
            span.cost = Cost(
                nanoDollars: Int64(cost * (0.9 + 0.2 * DecisionTests.chance(number, 6)) * 1e9), isEstimated: false)
            span.promptKey = "p"
            span.promptVersion = version
            var stored = StoredSpan(
                sequence: Int64(number), span: span, sessionID: "\(version)-\(model)-\(number)", customerID: nil,
                configKey: "app", depth: 0)
            if let score {
                stored.scores = [
                    Score(
                        target: .span(span.key), name: "helpful",
                        value: .number(DecisionTests.chance(number, 7) < score ? 1 : 0), judge: "j", time: span.start)
                ]
            }
            return stored
        }
    }

    static func verdict(_ spans: [StoredSpan]) throws -> [String] {
        let metrics = PromptMetrics(spans, isPartial: false)
        return PromptMetrics.verdict(try #require(metrics.row(6)), try #require(metrics.row(7)))
    }

    @Test func `a version on a cheaper model is not cheaper for that`() throws {
        // Version 6 ran mostly on the dear model, version 7 on the cheap one: as they stand, 7 costs a third of 6.
        let spans =
            Self.calls("6", 176, model: "gpt-4o", cost: 0.03) + Self.calls("6", 24, model: "mini", cost: 0.003)
            + Self.calls("7", 200, model: "mini", cost: 0.003)
        let said = try Self.verdict(spans).joined(separator: " ")
        #expect(!said.contains("cheaper"), "\(said)")
        #expect(said.contains("Compared on mini: 12% of 6's calls and 100% of 7's."))
        let metrics = PromptMetrics(spans, isPartial: false)
        #expect(metrics.row(6)?.mixText == "gpt-4o 88%, mini 12%")
        #expect(!PromptMetrics.isComparable(try #require(metrics.row(6)), try #require(metrics.row(7))))
    }

    @Test func `where no model has both nothing is compared`() throws {
        let said = try Self.verdict(
            Self.calls("6", 100, model: "gpt-4o", cost: 0.03) + Self.calls("7", 100, model: "mini", cost: 0.003))
        #expect(said == ["7 and 6 are not comparable: 6 ran on gpt-4o 100%, 7 on mini 100%."])
    }

    @Test func `within a model the change is told, latency too`() throws {
        let spans =
            Self.calls("6", 200, model: "gpt-4o", cost: 0.03, latency: 900, score: 0.3)
            + Self.calls("7", 200, model: "gpt-4o", cost: 0.02, latency: 500, from: 1000, score: 0.9)
        let said = try Self.verdict(spans).joined(separator: " ")
        #expect(said.contains("cheaper per call") && said.contains("faster per call"), "\(said)")
        #expect(said.contains("higher in helpful"))
        #expect(PromptMetrics(spans, isPartial: false).scoreNames == ["helpful"])
    }

    @Test func `a session's score counts for the one version it used, and for none where it used two`() throws {
        let spans = Self.calls("6", 10, model: "m", cost: 0.01) + Self.calls("7", 10, model: "m", cost: 0.01)
        var both = Self.calls("7", 1, model: "m", cost: 0.01, from: 500)
        both[0].sessionID = spans[0].sessionID
        func score(_ session: String) -> Score {
            Score(
                target: .session(session), name: "helpful", value: .number(1), judge: "ada",
                time: Timestamp(unixNanoseconds: 1))
        }
        let metrics = PromptMetrics(
            spans + both, isPartial: false, sessionScores: [score(spans[0].sessionID), score(spans[1].sessionID)])
        #expect(metrics.row(6)?.scores.first?.sessions == 1)
        #expect(metrics.row(7)?.scores.isEmpty == true)
    }
}
