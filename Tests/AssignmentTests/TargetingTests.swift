import OrderedJSON
import Testing

@testable import Assignment

@Suite struct TargetingTests {
    @Test func `near misses name the fewest fields to change, and what would forestall them`() throws {
        let config = try config(
            targets: #"{"field":"customerId","value":"vip","variantIndex":1}"#,
            rules: """
                {"conditions":[{"field":"plan","operator":"eq","value":"pro"},
                  {"field":"region","operator":"startsWith","value":"eu-"},
                  {"field":"region","operator":"endsWith","value":"-1"}],"variantIndex":0},
                {"conditions":[{"field":"plan","operator":"eq","value":"pro"}],"variantIndex":1},
                {"conditions":[{"field":"plan","operator":"in","value":["pro","team"]}],"variantIndex":9},
                {"conditions":[{"field":"plan","operator":"eq","value":"a"},{"field":"plan","operator":"eq","value":"b"}],"variantIndex":0}
                """)
        let misses = config.nearMisses(customerID: "c", context: ["plan": "free", "region": "us-2"])
        #expect(misses.map(\.match) == [.target(0), .rule(1), .rule(2), .rule(0)])
        #expect(misses[0].changes == [NearMiss.Change(field: "customerId", from: "c", to: "vip")])
        #expect(misses[1].changes == [NearMiss.Change(field: "plan", from: "free", to: "pro")])
        #expect(misses[2].takenBy == .rule(1))
        #expect(misses[2].variantIndex == nil)
        #expect(misses[3].changes.map(\.field) == ["plan", "region"])
        for miss in misses where miss.takenBy == nil {
            var changed: EvaluationContext = ["plan": "free", "region": "us-2", "customerId": "c"]
            for change in miss.changes { changed[change.field] = change.to }
            #expect(config.evaluate(sessionID: "s", context: changed).targeting == .matched(miss.match))
        }
    }

    @Test(arguments: [
        (#"{"field":"p","operator":"eq","value":"ab"}"#, #"{"field":"p","operator":"eq","value":"ab"}"#, true),
        (#"{"field":"p","operator":"in","value":["a","b"]}"#, #"{"field":"p","operator":"eq","value":"a"}"#, true),
        (
            #"{"field":"p","operator":"startsWith","value":"a"}"#,
            #"{"field":"p","operator":"startsWith","value":"ab"}"#, true
        ),
        (
            #"{"field":"p","operator":"startsWith","value":"ab"}"#,
            #"{"field":"p","operator":"startsWith","value":"a"}"#, false
        ),
        (
            #"{"field":"p","operator":"contains","value":"b"}"#, #"{"field":"p","operator":"endsWith","value":"abc"}"#,
            true
        ),
        (#"{"field":"p","operator":"neq","value":"x"}"#, #"{"field":"p","operator":"startsWith","value":"a"}"#, true),
        (#"{"field":"p","operator":"neq","value":"x"}"#, #"{"field":"p","operator":"neq","value":"y"}"#, false),
        (#"{"field":"p","operator":"nin","value":["x"]}"#, #"{"field":"p","operator":"nin","value":["x","y"]}"#, true),
        (#"{"field":"p","operator":"contains","value":""}"#, #"{"field":"p","operator":"neq","value":"y"}"#, true),
        (#"{"field":"q","operator":"eq","value":"a"}"#, #"{"field":"p","operator":"eq","value":"a"}"#, false),
        (#"{"field":"p","operator":"bad","value":"a"}"#, #"{"field":"p","operator":"eq","value":"a"}"#, false),
    ])
    func `a rule is shadowed when an earlier one takes everyone it could match`(
        _ earlier: String, _ later: String, _ isShadowed: Bool
    ) throws {
        let config = try config(
            rules: """
                {"conditions":[\(earlier)],"variantIndex":0},
                {"conditions":[\(later),{"field":"z","operator":"eq","value":"1"}],"variantIndex":1}
                """)
        #expect((config.targeting?.shadow(ofRule: 1) == .rule(0)) == isShadowed)
        #expect(config.lints().contains { $0.kind == .shadowed } == isShadowed)
    }

    @Test(arguments: 0..<8)
    func `no shadowed rule ever decides, whatever the context`(_ seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed) &+ 77)
        let values = ["a", "b", "ab", "ba", "", "abc"]
        for _ in 0..<40 {
            func pick() -> String { values.randomElement(using: &random) ?? "" }
            let rules = (0..<4).map { index -> String in
                let conditions = (0..<Int.random(in: 0...2, using: &random)).map { _ -> String in
                    let field = Bool.random(using: &random) ? "p" : "q"
                    let name = Condition.Operator.allCases.randomElement(using: &random) ?? .equal
                    let isList = name == .oneOf || name == .noneOf
                    let value = isList ? "[\"\(pick())\",\"\(pick())\"]" : "\"\(pick())\""
                    return "{\"field\":\"\(field)\",\"operator\":\"\(name.rawValue)\",\"value\":\(value)}"
                }
                return "{\"conditions\":[\(conditions.joined(separator: ","))],\"variantIndex\":\(index % 2)}"
            }
            let config = try config(rules: rules.joined(separator: ","))
            let targeting = try #require(config.targeting)
            let dead = targeting.rules.indices.filter {
                targeting.shadow(ofRule: $0) != nil || targeting.rules[$0].isImpossible
            }
            for p in values + ["none"] {
                for q in values + ["none"] {
                    var context = EvaluationContext()
                    if p != "none" { context["p"] = p }
                    if q != "none" { context["q"] = q }
                    if case .matched(.rule(let index)) = config.evaluate(sessionID: "s", context: context).targeting {
                        #expect(!dead.contains(index), "\(rules)")
                    }
                    for miss in config.nearMisses(context: context) where miss.takenBy == nil {
                        for change in miss.changes { context[change.field] = change.to }
                        #expect(config.evaluate(sessionID: "s", context: context).targeting == .matched(miss.match))
                        break
                    }
                }
            }
        }
    }

    @Test func `rules read as sentences`() throws {
        let config = try config(
            rules: """
                {"conditions":[{"field":"plan","operator":"eq","value":"enterprise"},
                  {"field":"region","operator":"startsWith","value":"eu-"},
                  {"field":"country","operator":"nin","value":["DE","New York"]}],"variantIndex":1},
                {"conditions":[],"variantIndex":1},{"variantIndex":1}
                """)
        #expect(
            config.targeting?.rules.map(\.sentence) == [
                "plan is enterprise and region starts with eu- and country is there and none of DE, \"New York\"",
                "everyone",
                "nobody (the conditions are missing)",
            ])
    }

    @Test func `lints name what the contract asks for`() throws {
        let record = """
            {"key":"k","variants":{"2":{"model":"a","weight":80},"1":{"model":"b","weight":40},"x":{"model":"c","weight":0}},
             "targeting":{"enabled":false,"individualTargets":[{"field":"ghost","variantIndex":1}],
              "rules":[{"conditions":[{"field":"p","operator":"neq","value":"x"}],"variantIndex":7}]}}
            """
        let config = try ModelConfig(record: JSONValue(parsing: record))
        let lints = config.lints(runningBeside: ["other"])
        #expect(
            Set(lints.map(\.kind)) == [
                .malformed, .weightSum, .unreachable, .objectOrder, .negatedOperator, .disabled, .sharedBuckets,
            ])
        #expect(
            lints.filter { $0.kind == .malformed }.map(\.path) == [
                "targeting.individualTargets[0].value", "targeting.rules[0].variantIndex",
            ])
        #expect(try self.config(rules: "").lints().isEmpty)
        let halves = #"{"key":"k","variants":[{"model":"a","weight":0.5},{"model":"b","weight":0.5}]}"#
        #expect(try ModelConfig(record: JSONValue(parsing: halves)).lints().map(\.kind) == [.fractions])
    }

    @Test func `replay lists exactly those whose model changes`() throws {
        let old = try config(
            rules: #"{"conditions":[{"field":"plan","operator":"eq","value":"pro"}],"variantIndex":0}"#)
        let new = try config(
            rules: #"{"conditions":[{"field":"plan","operator":"in","value":["pro","team"]}],"variantIndex":1}"#)
        let plans = ["pro", "team", "free"]
        let subjects = (0..<3000).map { Subject(sessionID: "s-\($0)", context: ["plan": plans[$0 % 3]]) }
        let replay = Replay(from: old, to: new, subjects: subjects)
        let naive = subjects.indices.filter { index in
            let half = Bucket.of(sessionID: subjects[index].sessionID) < 500_000 ? "a" : "b"
            let before = index % 3 == 0 ? "a" : half
            let after = index % 3 == 2 ? half : "b"
            return before != after
        }
        #expect(replay.moves.map(\.subject) == naive)
        #expect(replay.total == 3000)
        #expect(replay.counts.joined().reduce(0, +) == 3000)
        let tally = PopulationTally(of: new, over: subjects)
        #expect(tally.targeted == [0, 2000])
        #expect(tally.matchesByRule == [2000])
        #expect(tally.total == 3000)
    }

    private func config(targets: String = "", rules: String) throws -> ModelConfig {
        try ModelConfig(
            record: JSONValue(
                parsing: """
                    {"key":"k","variants":[{"model":"a","weight":50},{"model":"b","weight":50}],
                     "targeting":{"individualTargets":[\(targets)],"rules":[\(rules)]}}
                    """))
    }
}
