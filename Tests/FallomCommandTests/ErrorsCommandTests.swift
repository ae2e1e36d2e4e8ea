import ArgumentParser
import Cells
import Display
import OrderedJSON
import Testing
import TraceStore

@testable import FallomCommand
@testable import TraceModel

struct ErrorsCommandTests {
    private let message = "429 Too Many Requests: organization * on tokens per min, limit *, used *, requested *"

    private func document(beyond: Int = 0) -> ErrorDocument {
        let start = Timestamp(unixMilliseconds: 1_795_446_000_000)
        let group = ErrorGroup(
            kind: .llm, message: message, count: 250, firstAt: start,
            lastAt: start.advanced(byNanoseconds: 61_000_000_000), models: ["gpt-4o", "gpt-4o-mini"],
            providers: ["openai"], sessions: 12, sessionsAreExact: false,
            example: SpanKey(traceID: "4bf92f3577b34da6a3ce929d0e0e4736", spanID: "00f067aa0ba902b7"))
        var (silent, figures) = (group, UsageFigures())
        (silent.kind, silent.message, silent.count) = (.tool, nil, 1)
        figures.spans = 1000
        return ErrorDocument(
            report: ErrorReport(groups: [group, silent], beyond: beyond),
            kinds: UsageReport(
                rows: [UsageRow(bucketStart: nil, values: ["llm"], figures: figures)], total: figures, revision: 1),
            clock: .utc, now: start)
    }

    @Test func `a pipe gets every column whole`() {
        let lines = document().table(50).lines(for: Terminal(columns: nil, hasColour: false))
        #expect(lines.count == 3)
        #expect(lines[0].split(separator: " ").first == "COUNT")
        for text in [
            "250", "25.0%", "llm", message, "≥12", "gpt-4o, gpt-4o-mini", "openai",
            "4bf92f3577b34da6a3ce929d0e0e4736/00f067aa0ba902b7",
        ] {
            #expect(lines[1].contains(text), "\(text)")
        }
        #expect(lines[2].contains("(no message)") && lines[2].contains("100%"))
    }

    @Test(arguments: [60, 80, 120, 160])
    func `on a terminal a line is a line, and says how many and what`(columns: Int) {
        let lines = document(beyond: 1204).table(50).lines(for: Terminal(columns: columns, hasColour: false))
        #expect(lines.allSatisfy { displayWidth(of: $0) <= columns })
        #expect(lines[1].contains("250") && lines[1].contains("429 Too Many Requests"))
        #expect(lines.last?.contains("1,204") == true && lines.last?.contains("other errors") == true)
    }

    @Test func `an object has every key, and the last one counts what is in no group`() {
        let objects = document(beyond: 7).json(1)
        #expect(objects.count == 2)
        let keys = [
            "kind", "message", "count", "spans_of_kind", "share_of_kind", "first_at", "last_at", "models", "providers",
            "sessions", "sessions_exact", "example",
        ]
        for object in objects { #expect(object.object?.map(\.name) == keys) }
        #expect(objects[0]["share_of_kind"]?.double == 0.25)
        #expect(objects[0]["last_at"]?.string == "2026-11-23T15:01:01.000Z")
        #expect(objects[1]["kind"] == .null && objects[1]["count"]?.double == 7)
    }

    @Test func `every failed span is looked at once, whatever the order it came in, and no other`() async throws {
        let store = try TemporaryStore()
        var spans: [IngestedSpan] = []
        for number in 0..<1300 {
            let start = Timestamp(unixMilliseconds: 1_000_000_000_000 + Int64(number * 7919 % 1300))
            spans.append(
                .call(
                    "c\(number)", session: "s\(number % 9)", start: start, milliseconds: 5,
                    status: number % 13 == 0 ? .ok : .error))
        }
        _ = try await store.store.append(IngestBatch(spans: spans))
        var keys: [SpanKey] = []
        for filter in [SpanFilter.all, .text(.session, .init("s3"))] {
            keys = []
            try await SpanListing(reader: store.store).failures(filter) { keys += $0.map(\.span.key) }
            let expected = spans.filter {
                $0.span.status == .error && (filter == .all || $0.span.identity.session.own == "s3")
            }
            #expect(keys.count == expected.count)
            #expect(Set(keys) == Set(expected.map(\.span.key)))
        }
        try await store.end()
    }

    @Test func `a condition is put beside those that must hold`() {
        let failed = SpanFilter.text(.status, .init("error"))
        let (one, other) = (SpanFilter.words("a"), SpanFilter.since(Timestamp(unixMilliseconds: 1)))
        #expect(SpanFilter.all.narrowed(by: failed) == failed)
        #expect(one.narrowed(by: failed) == .and([one, failed]))
        #expect(SpanFilter.and([one, other]).narrowed(by: failed) == .and([one, other, failed]))
        #expect(SpanFilter.or([one, other]).narrowed(by: failed) == .and([.or([one, other]), failed]))
    }

    @Test func `a span is named by two words or by one with a slash`() async throws {
        let two = try await SpanCommand.asyncParse(["t", "s"])
        #expect(two.trace == "t" && two.span == "s")
        #expect(try SpanAddress.key("t/s") == SpanKey(traceID: "t", spanID: "s"))
        #expect(throws: CommandFailure.self) { try SpanAddress.key("t") }
    }
}
