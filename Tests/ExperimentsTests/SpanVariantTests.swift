import Assignment
import Experiments
import OrderedJSON
import Testing
import TraceModel

@Suite("Which variant of a config a call is of")
struct SpanVariantTests {
    private static func config(_ version: Int, _ variants: String) throws -> ModelConfig {
        let record = "{\"key\":\"app\",\"version\":\(version),\"variants\":[\(variants)]}"
        return try ModelConfig(record: try JSONValue(parsing: record))
    }

    /// Version 1 is an experiment between `a` and `b`, version 2 between `b` and `c`, version 3 gives `c` to all.
    private static func catalog(current: Int) throws -> VersionCatalog<ModelConfig> {
        let texts = [
            #"{"model":"a","weight":50},{"model":"b","weight":50}"#,
            #"{"model":"b","weight":50},{"model":"c","weight":50}"#,
            #"{"model":"c","weight":100}"#,
        ]
        var catalog = VersionCatalog<ModelConfig>()
        for (index, text) in texts.enumerated() {
            catalog.add(try config(index + 1, text), isCurrent: index + 1 == current)
        }
        return catalog
    }

    private static func call(
        _ session: String, _ model: String?, kind: SpanKind = .llm, config: String? = "app"
    ) -> StoredSpan {
        let span = Span(
            key: SpanKey(traceID: "t", spanID: "s"), name: "chat", kind: kind, requestModel: model,
            start: Timestamp(unixNanoseconds: 1))
        return StoredSpan(sequence: 1, span: span, sessionID: session, customerID: nil, configKey: config, depth: 0)
    }

    /// docs/assignment.md §5: bucket 146357 is in the first half, 500000 in the second.
    private static let (first, second) = ("session-1", "s-74934")

    @Test(
        arguments: [
            (1, first, "a", 0), (1, second, "b", 1), (2, first, "b", 0), (2, second, "c", 1),
            // What the current version does not give was given by another.
            (2, first, "a", 0), (2, second, "b", 1), (3, first, "b", 0),
            // The current version gives it, and is no experiment.
            (3, second, "c", nil), (1, first, "c", nil),
        ] as [(Int, String, String, Int?)])
    func `it is the one of the version that gives the session that model`(
        current: Int, session: String, model: String, variant: Int?
    ) throws {
        #expect(try Self.catalog(current: current).variant(of: Self.call(session, model)) == variant)
    }

    @Test func `what is no call of a config has none`() throws {
        let catalog = try Self.catalog(current: 1)
        #expect(catalog.variant(of: Self.call(Self.first, "other")) == nil)
        #expect(catalog.variant(of: Self.call(Self.first, nil)) == nil)
        #expect(catalog.variant(of: Self.call(Self.first, "a", kind: .tool)) == nil)
        #expect(catalog.variant(of: Self.call(Self.first, "a", config: "another")) == nil)
        #expect(catalog.variant(of: Self.call(Self.first, "a", config: nil)) == nil)
    }

    @Test func `targeting that what is recorded does not decide leaves it open`() throws {
        var catalog = VersionCatalog<ModelConfig>()
        catalog.add(try DecidabilityTests.config())
        var call = Self.call(Self.first, "a")
        #expect(catalog.variant(of: call) == nil)
        call.span.context = AttributeMap([.init("plan", .string("free"))])
        #expect(catalog.variant(of: call) == 0)
        call.span.context = AttributeMap([.init("plan", .string("enterprise"))])
        #expect(catalog.variant(of: call) == 0)
        call.span.requestModel = "b"
        #expect(catalog.variant(of: call) == nil)
    }
}
