import Assignment
import Experiments
import OrderedJSON
import Testing
import TraceModel

@Suite("Sessions of which not all is known")
struct DecidabilityTests {
    /// Half and half; a rule on `plan` sends enterprise to the first variant.
    static func config(targeting: Bool = true) throws -> ModelConfig {
        let rule = """
            ,"targeting":{"enabled":\(targeting),"individualTargets":[{"field":"customerId","value":"vip","variantIndex":1}],
            "rules":[{"conditions":[{"field":"plan","operator":"eq","value":"enterprise"}],"variantIndex":0}]}
            """
        let record = """
            {"key":"app","version":1,"variants":[{"model":"a","weight":50},{"model":"b","weight":50}]\(rule)}
            """
        return try ModelConfig(record: try JSONValue(parsing: record))
    }

    /// What is recorded of a session that was asked with that plan and customer.
    enum Recorded: CaseIterable {
        case context, metadata, customerAlone, nothing
    }

    /// Sessions as the published SDKs and ours leave them behind: assigned by all that was known then.
    static func sessions(_ count: Int, seed: Int, _ config: ModelConfig, _ mix: [Recorded]) -> [ConfigSession] {
        (0..<count).map { index in
            let id = "session-\(seed)-\(index)"
            let hash = Bucket.of(sessionID: "\(id)-who")
            let plan = hash % 3 == 0 ? "enterprise" : "free"
            let customer = hash % 50 == 1 ? "vip" : "c-\(index)"
            let context: EvaluationContext = ["plan": plan]
            let placement = config.placement(sessionID: id, customerID: customer, context: context)
            let map = AttributeMap([.init("plan", .string(plan))])
            let recorded = mix[hash / 3 % mix.count]
            return ConfigSession(
                sessionID: id, customerID: recorded == .nothing ? nil : customer, lastAt: Timestamp(unixNanoseconds: 1),
                context: recorded == .context ? map : nil, metadata: recorded == .metadata ? map : AttributeMap(),
                assignment: RecordedAssignment(
                    configKey: "app", configVersion: 1, sessionID: id, assignedModel: placement?.model ?? "",
                    time: Timestamp(unixNanoseconds: 1)),
                isReassigned: false)
        }
    }

    @Test(
        "A healthy test is not accused, whatever was recorded: false alarms at most 5 %",
        arguments: [
            Recorded.allCases, [.context], [.metadata], [.customerAlone], [.customerAlone, .context],
            [.nothing, .customerAlone], [.metadata, .nothing],
        ])
    func falseAlarms(mix: [Recorded]) throws {
        let config = try Self.config()
        var alarms = 0
        for seed in 0..<80 {
            let sessions = Self.sessions(400, seed: seed, config, mix)
            let page = ConfigSessionPage(sessions: sessions, total: sessions.count, revision: 1)
            let calls = CallPage(sessions: [], calls: [], isPartial: false, revision: 1)
            let results = ConfigResults(config, page, calls)
            if let pValue = results.ratio?.pValue, pValue < 0.05 { alarms += 1 }
            #expect(results.leftOut.contradicting == 0)
        }
        #expect(alarms <= 9, "of 80 at a level of 5 %: \(alarms)")
    }

    @Test("With the customer alone nobody but the targeted can be told, and that is said")
    func customerAlone() throws {
        let config = try Self.config()
        let sessions = Self.sessions(3000, seed: 1, config, [.customerAlone])
        let page = ConfigSessionPage(sessions: sessions, total: sessions.count, revision: 1)
        let results = ConfigResults(config, page, CallPage(sessions: [], calls: [], isPartial: false, revision: 1))
        let vips = sessions.count { $0.customerID == "vip" }
        #expect(results.sessions == 0)
        #expect(results.leftOut.targeted == vips)
        #expect(results.leftOut.untold == sessions.count - vips)
        #expect(results.leftOutSentence?.contains("whose targeting cannot be told") == true)
        let replay = RecordedReplay(sessions.map(RecordedSession.init), live: config, draft: config)
        #expect(replay.unknown == sessions.count - vips)
    }

    @Test("Targeting that is switched off, and conditions that nothing fulfils, leave nothing open")
    func switchedOff() throws {
        let off = try #require(try Self.config(targeting: false).targeting)
        #expect(off.isDecided(customerID: nil, knowing: EvaluationContext()))
        let on = try #require(try Self.config().targeting)
        #expect(!on.isDecided(customerID: nil, knowing: EvaluationContext()))
        #expect(!on.isDecided(customerID: nil, knowing: ["plan": "free"]))
        #expect(!on.isDecided(customerID: "c", knowing: EvaluationContext()))
        #expect(on.isDecided(customerID: "vip", knowing: EvaluationContext()))
        #expect(on.isDecided(customerID: "c", knowing: ["plan": "free"]))
        let impossible = Targeting(rules: [
            TargetingRule(
                conditions: [Condition(field: "plan", operatorName: "like", value: .string("x"))],
                variant: VariantReference(index: 0))
        ])
        #expect(impossible.isDecided(customerID: nil, knowing: EvaluationContext()))
    }

    @Test("One condition that fails is enough; one that is unknown is not")
    func partly() {
        let targeting = Targeting(rules: [
            TargetingRule(
                conditions: [
                    Condition(field: "plan", operatorName: "eq", value: .string("pro")),
                    Condition(field: "region", operatorName: "neq", value: .string("eu")),
                ], variant: VariantReference(index: 0))
        ])
        #expect(targeting.isDecided(customerID: nil, knowing: ["plan": "free"]))
        #expect(!targeting.isDecided(customerID: nil, knowing: ["plan": "pro"]))
        #expect(targeting.isDecided(customerID: nil, knowing: ["plan": "pro", "region": "us"]))
    }
}
