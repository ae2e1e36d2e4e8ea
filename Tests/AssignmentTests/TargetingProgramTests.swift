import OrderedJSON
import Testing

@testable import Assignment

/// The compiled form of targeting says what the conditions themselves say.
@Suite struct TargetingProgramTests {
    static let texts = [
        "", "a", "é", "e\u{301}", "abc", "abcd", "abcdefg", "abcdefgh", "abcdefghi", "xbcdefghi", "abcdefghx",
        "a@fallom.com", "@fallom.com", "a text that is longer than fifteen bytes", "is longer", "fifteen bytes",
    ]

    @Test(arguments: Condition.Operator.allCases.map(\.rawValue) + ["between"])
    func `an operator on bytes agrees with the operator on text`(operatorName: String) throws {
        let values: [JSONValue?] =
            Self.texts.map { .string($0) } + [.array([]), .array(Self.texts.prefix(4).map { .string($0) }), 7, nil]
        for value in values {
            let condition = Condition(field: "f", operatorName: operatorName, value: value)
            let rule = TargetingRule(conditions: [condition], variant: VariantReference(index: 0))
            let program = TargetingProgram(Targeting(rules: [rule]))
            for seen in Self.texts {
                #expect(program.holds(test: 0, seen) == condition.isFulfilled(by: seen), "\(condition) on \(seen)")
            }
        }
    }

    @Test func `MD5 agrees with known digests at every length around a block`() {
        // First four bytes of MD5 of as many letters a, computed with another implementation.
        let known: [(Int, UInt32)] = [
            (0, 0xd41d8cd9), (1, 0x0cc175b9), (7, 0x5d793fc5), (36, 0x80dad3aa), (54, 0xeced9e0b),
            (55, 0xef1772b6), (56, 0x3b0c8ac7), (57, 0x652b906d), (63, 0xb06521f3), (64, 0x014842d4),
            (65, 0xc743a45e), (119, 0x8a7bd073), (120, 0x5f61c0cc), (128, 0xe510683b), (1000, 0xcabe45dc),
        ]
        for (count, hash) in known { #expect(Bucket.hash(of: String(repeating: "a", count: count)) == hash) }
    }
}
