import TraceModel

/// Questions to a store of ``RandomSpans``, as a person or a screen might ask them.
enum RandomQueries {
    static let filters = [
        "", "model:gpt-4o*", "-model:gpt*", "status:error", "status:running", "-status:ok status:error", "kind:llm",
        "session:a", "session:conv*", "session:*", "customer:vip-*", "-customer:*", "config:service", "variant:1",
        "prompt:onboarding@3", "tag:PROD", "-tag:eu", "name:100%", "name:a\\*b", "name:*ï", "provider:OPENAI",
        "trace:t1", "trace:t*", "latency>20ns", "-latency>20ns", "tokens>5", "cost>0.00000001", "ttft<=10ns",
        "speed>90000000", "-speed>90000000",
        "since:1970-01-01", "order", "\"is my\"", "-order", "rate OR logged", "attr.size:17", "session:b order",
        "status:error model:*4o*", "is:run", "-is:run status:ok", "run:GR*", "run:größe OR session:a", "score:tone",
        "-score:größe", "score.tone:good", "score.Größe>0.1 status:error",
    ]

    static func spans(_ random: inout RandomSpans) throws -> SpanQuery {
        let anchors: [SpanAnchor] = [
            .newest, .oldest, .before(random.key()), .after(random.key()), .around(random.key()),
        ]
        var query = SpanQuery(
            filter: try filter(&random), order: random.dice.pick([.arrival, .start]),
            anchor: random.dice.pick(anchors), limit: random.dice.pick([0, 1, 2, 5, 50]),
            throughSequence: random.dice.chance(4) ? random.dice.number(0...40) : nil,
            withSessionScores: random.dice.chance(3))
        query.includesRuns = random.dice.chance(4)
        return query
    }

    static func sessions(_ random: inout RandomSpans) throws -> SessionQuery {
        SessionQuery(
            filter: random.dice.chance(2) ? .all : try filter(&random),
            sort: random.dice.pick(SessionSort.allCases), descending: random.dice.chance(2),
            offset: random.dice.pick([0, 0, 1, 2, 5, 30]), limit: random.dice.pick([0, 1, 3, 50]))
    }

    static func usage(_ random: inout RandomSpans) throws -> UsageQuery {
        let filter = try filter(&random)
        let fields = (0..<random.dice.pick([0, 1, 1, 2, 3])).map { _ in
            random.dice.pick(UsageField.named + [.attribute("size")])
        }
        // Clocks that are changed in the midst of the spans.
        let change = random.dice.number(-20...60)
        let (before, after) = (random.dice.pick([0, -3_600]), random.dice.pick([0, 5_400]))
        return UsageQuery(
            filter: filter, by: fields, bucket: random.dice.pick([nil, nil, .minute, .hour, .day, .week]),
            offset: { $0.unixNanoseconds < change ? before : after })
    }

    static func configs(_ random: inout RandomSpans) -> ConfigSessionQuery {
        ConfigSessionQuery(
            configKey: random.dice.pick(["k", "service", "c", "absent"]), since: moment(&random),
            limit: random.dice.pick([0, 1, 3, 50]))
    }

    static func calls(_ random: inout RandomSpans) -> CallQuery {
        let key = random.dice.pick(["k", "service", "c", "absent"])
        let scope = random.dice.chance(3) ? CallQuery.Scope.prompt("onboarding") : .config(key)
        return CallQuery(scope, since: moment(&random), limit: random.dice.pick([0, 2, 7, .max]))
    }

    private static func moment(_ random: inout RandomSpans) -> Timestamp? {
        random.dice.chance(2) ? nil : Timestamp(unixNanoseconds: random.dice.number(-20...60))
    }

    static func groups(by grouping: SessionGrouping, _ random: inout RandomSpans) throws -> SessionGroupQuery {
        SessionGroupQuery(filter: try filter(&random), by: grouping) { _ in 3600 }
    }

    private static func filter(_ random: inout RandomSpans) throws -> SpanFilter {
        try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(random.dice.pick(filters))
    }
}
