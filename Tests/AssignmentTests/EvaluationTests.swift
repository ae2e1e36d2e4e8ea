import Assignment
import OrderedJSON
import Testing

@Suite struct EvaluationTests {
    static let variants = #""variants":[{"model":"a","weight":50},{"model":"b","weight":30},{"model":"c","weight":10}]"#

    @Test(arguments: [
        (#""targeting":{"rules":[{"conditions":[],"variantIndex":2}]}"#, "rule", "c"),
        (#""targeting":{"enabled":false,"rules":[{"conditions":[],"variantIndex":2}]}"#, "disabled", "b"),
        (#""targeting":{"individualTargets":[{"field":"plan","value":"pro","variantIndex":0}]}"#, "target", "a"),
        (#""targeting":{"individualTargets":[{"field":"plan","value":"pro","variantIndex":7}]}"#, "weighted", "b"),
        (#""targeting":null"#, "weighted", "b"), (#""targeting":[1]"#, "weighted", "b"),
    ])
    func `every way to a model has its reason`(_ targeting: String, _ reason: String, _ model: String) throws {
        let config = try config("{\"key\":\"k\",\(Self.variants),\(targeting)}")
        let evaluation = config.evaluate(sessionID: "s-74934", context: ["plan": "pro"])
        #expect(evaluation.reason.name == reason)
        #expect(evaluation.model == model)
        #expect(evaluation.bucket == 500_000)
        if let draw = evaluation.reason.draw { #expect(draw.interval == BucketInterval(500_000, 800_000)) }
    }

    @Test func `the last variant's remainder is told from its own interval`() throws {
        let config = try config("{\"key\":\"k\",\(Self.variants)}")
        let remainder = config.evaluate(sessionID: "s-730010")
        #expect(remainder.reason.name == "remainder")
        #expect(remainder.variantIndex == 2)
        #expect(remainder.reason.draw?.interval == BucketInterval(900_000, 1_000_000))
    }

    @Test(arguments: ["", "fallback-model"])
    func `a fallback covers every failure, and an empty one is none`(_ fallback: String) throws {
        for record in [
            #"{"key":"k"}"#, #"{"key":"k","variants":[]}"#, #"{"key":"k","variants":"x"}"#,
            #"{"key":"k","variants":[{"model":null,"weight":100}]}"#, #"{"key":"k","variants":[{"model":"m"}]}"#,
            #"{"key":"k","variants":[{"model":"m","weight":"50%"}]}"#, #"{"key":"k","variants":["m"]}"#,
            #"{"key":"k","variants":[{"model":5,"weight":100}]}"#,
            #"{"key":"k","variants":[{"model":"m","weight":""}]}"#,
            #"{"key":"k","variants":[{"model":"m","weight":"0x32"}]}"#,
            #"{"key":"k","variants":[{"model":"m","weight":"inf"}]}"#,
            #"{"key":"k","variants":[{"model":"m","weight":"1_0"}]}"#,
            #"{"key":"k","variants":[{"model":"m","weight":[50]}]}"#,
        ] {
            let evaluation = try config(record).evaluate(sessionID: "s", fallback: fallback)
            #expect(evaluation.reason.name == (fallback.isEmpty ? "error" : "fallback"), "\(record)")
            #expect(evaluation.model == (fallback.isEmpty ? nil : fallback), "\(record)")
            #expect(evaluation.variantIndex == nil)
            #expect(evaluation.error != nil)
            #expect(!(try config(record).problems.isEmpty), "\(record)")
        }
    }

    @Test func `a malformed weight matters only to sessions whose walk reaches it`() throws {
        let config = try config(#"{"key":"k","variants":[{"model":"a","weight":50},{"model":"b"}]}"#)
        #expect(config.evaluate(sessionID: "s-31929").model == "a")
        #expect(
            config.evaluate(sessionID: "s-74934").error
                == .malformedWeight(
                    key: "k", version: 1, variantIndex: 1, found: "missing"))
    }

    @Test func `every condition tried says what it saw and why it failed`() throws {
        let config = try config(
            """
            {"key":"k",\(Self.variants),"targeting":{"individualTargets":[
              {"field":"customerId","value":"vip","variantIndex":1},{"field":"ghost","variantIndex":1}],
             "rules":[{"conditions":[{"field":"plan","operator":"neq","value":"pro"}],"variantIndex":0},
              {"conditions":[{"field":"zzz","operator":"neq","value":"x"}],"variantIndex":0},
              {"conditions":[{"field":"plan","operator":"EQ","value":"pro"}],"variantIndex":0},
              {"conditions":[{"field":"plan","operator":"in","value":"pro"}],"variantIndex":0},
              {"conditions":[{"operator":"eq","value":"pro"}],"variantIndex":0},
              {"variantIndex":0},
              {"conditions":[{"field":"plan","operator":"eq","value":"pro"},
                {"field":"customerId","operator":"startsWith","value":"u"}],"variantIndex":2}]}}
            """)
        let evaluation = config.evaluate(
            sessionID: "s", customerID: "u-1", context: ["plan": "pro", "customerId": "vip"])
        #expect(evaluation.reason == .rule(index: 6))
        #expect(evaluation.targeting == .matched(.rule(6)))
        #expect(evaluation.context["customerId"] == "u-1")
        var failures: [ConditionFailure?] = []
        var seen: [String?] = []
        for step in evaluation.steps {
            switch step {
            case .target(_, _, let value, let failure):
                failures.append(failure)
                seen.append(value)
            case .rule(_, _, let conditions, _):
                failures.append(contentsOf: conditions.map(\.failure))
                seen.append(contentsOf: conditions.map(\.seen))
            }
        }
        #expect(
            failures == [
                .comparedFalse, .unusableValue, .comparedFalse, .fieldAbsent, .unknownOperator, .unusableValue,
                .noField,
                nil, nil,
            ])
        #expect(seen == ["u-1", nil, "pro", nil, "pro", "pro", nil, "pro", "u-1"])
        #expect(evaluation.steps.map(\.matched) == [false, false, false, false, false, false, false, false, true])
    }

    @Test(
        arguments: [
            ("-1", -1), ("99", 99), ("3", 3), ("1.5", nil), ("\"1\"", nil), ("null", nil), ("true", nil),
        ] as [(String, Int?)])
    func `a match whose index names no variant ends targeting and is told`(_ index: String, _ read: Int?) throws {
        let config = try config(
            """
            {"key":"k",\(Self.variants),"targeting":{"rules":[
              {"conditions":[],"variantIndex":\(index)},{"conditions":[],"variantIndex":2}]}}
            """)
        let evaluation = config.evaluate(sessionID: "s-361264")
        #expect(evaluation.reason.name == "weighted")
        #expect(evaluation.model == "a")
        guard case .matchedWithoutVariant(.rule(0), let reference) = evaluation.targeting else {
            Issue.record("\(evaluation.targeting)")
            return
        }
        #expect(reference.index == read)
        #expect(config.problems.contains { $0.path == "targeting.rules[0].variantIndex" })
    }

    @Test(arguments: ["2.0", "2e0", "2"])
    func `whole numbers are indices however they are written`(_ index: String) throws {
        let config = try config(
            "{\"key\":\"k\",\(Self.variants),\"targeting\":{\"rules\":[{\"conditions\":[],\"variantIndex\":\(index)}]}}"
        )
        #expect(config.evaluate(sessionID: "s").model == "c")
    }

    @Test func `values, fields and context keys are compared by bytes`() throws {
        let config = try config(
            """
            {"key":"k",\(Self.variants),"targeting":{"rules":[
             {"conditions":[{"field":"caf\\u00e9","operator":"eq","value":"x"}],"variantIndex":0},
             {"conditions":[{"field":"n","operator":"startsWith","value":"e"}],"variantIndex":1},
             {"conditions":[{"field":"n","operator":"contains","value":"\\n"}],"variantIndex":2}]}}
            """)
        #expect(config.evaluate(sessionID: "s", context: ["cafe\u{301}": "x"]).targeting == .noMatch)
        #expect(config.evaluate(sessionID: "s", context: ["n": "e\u{301}x"]).targeting == .matched(.rule(1)))
        #expect(config.evaluate(sessionID: "s", context: ["n": "a\r\nb"]).targeting == .matched(.rule(2)))
        var context: EvaluationContext = ["e\u{301}": "two", "\u{E9}": "one"]
        #expect(context["\u{E9}"] == "one" && context["e\u{301}"] == "two")
        context["\u{E9}"] = nil
        #expect(context.entries.count == 1)
        #expect(context != ["\u{E9}": "two"])
    }

    @Test(arguments: [
        (#"{"key":"k","version":0,"variants":[]}"#, 0), (#"{"key":"k","variants":[]}"#, 1),
        (#"{"key":"k","version":null,"variants":[]}"#, 1), (#"{"key":"k","version":"3","variants":[]}"#, 3),
        (#"{"key":"k","version":3.0,"variants":[]}"#, 3),
    ])
    func `versions are read as the contract says`(_ record: String, _ version: Int) throws {
        #expect(try config(record).version == version)
    }

    @Test(arguments: [
        "[]", "{}", #"{"key":5}"#, #"{"key":null,"version":1}"#, #"{"key":"k","version":"x"}"#,
        #"{"key":"k","version":1.5}"#, #"{"key":"k","version":true}"#, #"{"key":"k","version":[1]}"#,
    ])
    func `records without key or version are refused`(_ record: String) {
        #expect(throws: ConfigRecordError.self) { try config(record) }
    }

    @Test func `repeated names keep the first place and the last value`() throws {
        let config = try config(
            #"{"key":"k","variants":{"x":{"model":"a","weight":10},"y":{"model":"b","weight":90},"x":{"model":"c","weight":10}}}"#
        )
        #expect(config.variants.map(\.model) == ["c", "b"])
        #expect(config.variants.map(\.name) == ["x", "y"])
    }

    @Test func `catalogs find versions, pins and the current one as the SDKs do`() throws {
        var catalog = VersionCatalog<ModelConfig>()
        #expect(throws: AssignmentError.configNotFound(key: "k")) { try catalog.config(key: "k") }
        catalog.add(try config(#"{"key":"k","version":4,"variants":[]}"#), isCurrent: false)
        #expect(throws: AssignmentError.noCachedVersion(key: "k")) { try catalog.config(key: "k") }
        catalog.add(try config(#"{"key":"k","version":3,"variants":[]}"#))
        catalog.add(try config(#"{"key":"k","version":2,"variants":[]}"#))
        #expect(try catalog.config(key: "k").version == 2)
        #expect(try catalog.config(key: "k", version: 4).version == 4)
        #expect(throws: AssignmentError.versionNotFound(key: "k", version: 0)) {
            try catalog.config(key: "k", version: 0)
        }
        #expect(
            AssignmentError.versionNotFound(key: "k", version: 0).description == "Config 'k' version 0 not found.")
    }

    private func config(_ text: String) throws -> ModelConfig {
        try ModelConfig(record: JSONValue(parsing: text))
    }
}
