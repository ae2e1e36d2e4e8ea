import OrderedJSON
import Testing

@testable import Assignment

@Suite struct HiddenTextTests {
    static let alike: [(seen: String, wanted: String, why: String?)] = [
        ("Me\u{301}rida", "M\u{E9}rida", "it looks the same, and has \u{E9} as two characters"),
        ("M\u{E9}rida", "Me\u{301}rida", "it looks the same, and the rule has \u{E9} as two characters"),
        ("gold\u{A0}plan", "gold plan", "it looks the same, and has a no-break space"),
        ("gold plan", "gold\u{A0}plan", "it looks the same, and the rule has a no-break space"),
        ("go\u{200B}ld", "gold", "it looks the same, and has a character without width (U+200B)"),
        ("\u{FEFF}gold", "gold", "it looks the same, and has a character without width (U+FEFF)"),
        ("\u{440}ro", "pro", "it looks the same, and has Cyrillic \u{440} (U+0440) for p"),
        ("pro", "\u{440}ro", "it looks the same, and the rule has Cyrillic \u{440} (U+0440) for p"),
        (
            "сор", "cop",
            "it looks the same, and has Cyrillic с (U+0441) for c, Cyrillic о (U+043E) for o, Cyrillic р (U+0440) for p"
        ),
        ("gold ", "gold", "it looks the same, and has a space at its end"),
        (" gold", "gold", "it looks the same, and has a space at its start"),
        ("\u{FF47}old", "gold", "it looks the same, and has full-width \u{FF47} (U+FF47) for g"),
        ("gold", "gold", nil), ("gold", "Gold", nil), ("gold", "old", nil), ("", "gold", nil),
        ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}", "it looks the same, and has \u{D55C} as several characters"),
    ]

    @Test(arguments: alike) func `what the eye does not see is said`(
        _ pair: (seen: String, wanted: String, why: String?)
    ) {
        #expect(HiddenText.difference(seen: pair.seen, wanted: pair.wanted) == pair.why)
    }

    @Test(arguments: [
        "plain", "Mérida", "сервис", "ガイド", "안녕", "emoji 👩‍👩‍👧", "naïve café", "a\r\nb", "αβγ", "x-α", "two words",
    ]) func `what is as it looks has no features`(text: String) {
        #expect(HiddenText.features(of: text) == [])
    }

    private static let record = """
        {"key": "c", "version": 1, "variants": [{"model": "a", "weight": 50}, {"model": "b", "weight": 50}],
         "targeting": {"enabled": true,
          "individualTargets": [{"field": "customerId", "value": "vip-1 ", "variantIndex": 1}],
          "rules": [{"conditions": [{"field": "city", "operator": "in", "value": ["Lyon", "Me\\u0301rida"]}], "variantIndex": 1},
                    {"conditions": [{"field": "plan", "operator": "startsWith", "value": "gold p"}], "variantIndex": 1}]}}
        """

    @Test func `a rule that fails for it is told in sentence, reason and lint`() throws {
        let config = try ModelConfig(record: try JSONValue(parsing: Array(Self.record.utf8)))
        let targeting = try #require(config.targeting)
        #expect(targeting.individualTargets[0].sentence == "customerId is \"vip-1 \" (a space at its end)")
        #expect(targeting.rules[0].sentence == "city is one of Lyon, Me\u{301}rida (\u{E9} as two characters)")
        let city = try #require(targeting.rules[0].conditions?.first)
        #expect(city.hiddenDifference(to: "M\u{E9}rida")?.contains("\u{E9} as two characters") == true)
        let plan = try #require(targeting.rules[1].conditions?.first)
        #expect(plan.hiddenDifference(to: "gold\u{A0}plan") == "it looks so, and has a no-break space")
        #expect(plan.hiddenDifference(to: "silver plan") == nil)
        let hidden = config.lints().filter { $0.kind == .hiddenText }
        #expect(hidden.map(\.path) == ["targeting.individualTargets[0]", "targeting.rules[0].conditions[0]"])
        #expect(hidden.allSatisfy { $0.severity == .warning })
    }

    @Test(arguments: [
        ("\u{440}lan", "has Cyrillic \u{440} (U+0440) for p"), ("plan\u{A0}", "has a no-break space"),
        ("pl\u{200B}an", "has a character without width (U+200B)"), ("plan ", "has a space at its end"),
    ]) func `a field whose name only looks like the rule's is found`(_ pair: (name: String, why: String)) {
        let condition = Condition(field: "plan", operatorName: "eq", value: "pro")
        let found = condition.lookAlike(in: EvaluationContext([("plant", "pro"), (pair.name, "pro")]))
        #expect(found?.name.utf8.elementsEqual(pair.name.utf8) == true)
        #expect(found?.difference == "it looks the same, and \(pair.why)")
        #expect(condition.lookAlike(in: EvaluationContext([("plant", "pro"), ("Plan", "pro")])) == nil)
    }
}
