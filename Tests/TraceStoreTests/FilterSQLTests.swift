import Testing
import TraceModel

@testable import TraceStore

/// A filter as a condition, for every kind of filter inside every kind: what is bound fits what is asked, and what the
/// condition cannot say exactly is never turned round.
@Suite struct FilterSQLTests {
    private static let fields: [SpanFilter.TextField] = [
        .model, .status, .kind, .session, .customer, .config, .promptKey, .promptVersion, .variant, .tag, .name,
        .provider, .trace, .run, .attribute("user.id"),
    ]
    private static let patterns = ["gpt-4o", "gpt*", "*", "", "50%_off\\*", "error", "llm", "nothing-of-the-kind"]
    private static let comparisons: [SpanFilter.Comparison] = [.equal, .less, .lessOrEqual, .greater, .greaterOrEqual]

    static let leaves: [SpanFilter] =
        fields.flatMap { field in patterns.map { .text(field, SpanFilter.TextPattern($0)) } }
        + SpanFilter.NumberField.allCases.flatMap { field in comparisons.map { .number(field, $0, 7) } }
        + [.all, .since(Timestamp(unixNanoseconds: 5))]

    /// What a filter can stand in.
    enum Around: CaseIterable {
        case nothing, not, notNot, and, or, notAnd, notOr

        func filter(_ leaf: SpanFilter, _ other: SpanFilter) -> SpanFilter {
            switch self {
            case .nothing: leaf
            case .not: .not(leaf)
            case .notNot: .not(.not(leaf))
            case .and: .and([leaf, other])
            case .or: .or([leaf, other])
            case .notAnd: .not(.and([leaf, other]))
            case .notOr: .not(.or([leaf, other]))
            }
        }

        var isTurned: Bool { [.not, .notNot, .notAnd, .notOr].contains(self) }
    }

    /// Only what lies in the payload, or in a list of its own, is asked of each row again.
    private static func isExact(_ leaf: SpanFilter) -> Bool {
        switch leaf {
        case .text(.tag, _), .text(.attribute, _), .words: false
        default: true
        }
    }

    @Test(arguments: Around.allCases)
    func `every filter in every place binds what it asks, and says whether it is exact`(around: Around) {
        let exact = SpanFilter.text(.name, SpanFilter.TextPattern("x"))
        let inexact = SpanFilter.text(.attribute("a"), SpanFilter.TextPattern("x"))
        for leaf in Self.leaves {
            for other in [exact, inexact] {
                let filter = around.filter(leaf, other)
                let sql = FilterSQL(filter)
                #expect(sql.condition.count { $0 == "?" } == sql.arguments.count, "\(filter): \(sql.condition)")
                let isAlone = [.nothing, .not, .notNot].contains(around)
                let isExact = Self.isExact(leaf) && (isAlone || other == exact)
                #expect(sql.isExact == isExact, "\(filter): \(sql.condition)")
                if !isExact, around.isTurned { #expect(sql.condition == "1", "\(filter) leaves rows out") }
            }
        }
    }

    @Test func `lists of nothing let everything or nothing through`() {
        #expect(FilterSQL(.and([])).condition == "1")
        #expect(FilterSQL(.or([])).condition == "0")
        #expect(FilterSQL(.not(.or([]))).condition == "NOT 0")
    }
}
