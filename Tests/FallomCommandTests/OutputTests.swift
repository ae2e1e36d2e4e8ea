import Cells
import Display
import Glibc
import OrderedJSON
import SystemCalls
import Testing
import TraceModel

@testable import FallomCommand

struct TableTests {
    @Test func `columns line up by what is seen, not by what is counted`() {
        var table = Table([.init("NAME"), .init("N", right: true)])
        table.append(["日本", "1"])
        table.append(["abc", "1,000"])
        let lines = table.lines(for: Terminal(columns: nil, hasColour: false))
        #expect(lines == ["NAME      N", "日本      1", "abc   1,000"])
    }

    @Test func `flexible columns give way on a narrow terminal and no row is wider than it`() {
        var table = Table([.init("A", minimum: 4), .init("B"), .init("C", minimum: 6)])
        table.append(["a long name that goes on", "fixed", "another long name"])
        for columns in [24, 30, 40] {
            let lines = table.lines(for: Terminal(columns: columns, hasColour: false))
            #expect(lines.allSatisfy { displayWidth(of: $0) <= columns })
            #expect(lines[1].contains("fixed"))
        }
    }

    @Test func `nothing that could act on a terminal leaves a table`() {
        var table = Table([.init("TEXT")])
        table.append([TableCell("a\u{1B}[2J\r\n\u{202E}b\u{7}")])
        let text = table.lines(for: Terminal(columns: 80, hasColour: false)).joined()
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E && $0.value != 0x7F })
    }

    @Test func `colours are sent only where there are some`() {
        #expect(Table.painted("x", .error, Terminal(columns: 80, hasColour: false)) == "x")
        #expect(Table.painted("x", .error, Terminal(columns: 80, hasColour: true)) == "\u{1B}[31mx\u{1B}[0m")
    }
}

struct CommandFailureTests {
    private static let failure = CommandFailure(
        "clickhouse://ann@ch.internal:8123/traces: the user 'ann' or the password is wrong",
        hint: "set FALLOM_CLICKHOUSE_PASSWORD, and name the user in the address")

    @Test(arguments: [20, 40, 80, 200]) func `on a terminal lines end between words`(columns: Int) {
        let lines = Self.failure.report(columns: columns).split(separator: "\n")
        for line in lines where displayWidth(of: line) > columns {
            #expect(line.dropFirst(2).split(separator: " ").count == 1, "'\(line)' could be broken")
        }
        let words = lines.joined(separator: " ").split(separator: " ")
        #expect(words == Self.failure.report.split { $0 == " " || $0 == "\n" })
        #expect((columns == 200) == (lines.count == 2))
    }

    @Test func `into a file each sentence is one line`() {
        #expect(Self.failure.report.split(separator: "\n").count == 2)
    }
}

struct SpanDocumentTests {
    private func stored(_ change: (inout Span) -> Void = { _ in }) -> StoredSpan {
        var span = Span(
            key: SpanKey(traceID: "t", spanID: "s"), name: "chat", start: Timestamp(unixMilliseconds: 1_700_000_000_000)
        )
        change(&span)
        return StoredSpan(
            sequence: 1, span: span, sessionID: "conv", customerID: nil, configKey: nil, depth: 0)
    }

    @Test func `it has every key the captures expect, and cost`() {
        let names = Set(SpanDocument(stored: stored(), texts: nil).members.map(\.name))
        let expected = [
            "trace_id", "span_id", "parent_span_id", "session_id", "customer_id", "config_key", "name", "kind",
            "provider",
            "request_model", "response_model", "model", "start_time_unix_nano", "duration_ms", "time_to_first_token_ms",
            "is_streaming", "prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens", "cache_write_tokens",
            "reasoning_tokens", "tokens_counted", "finish_reason", "status", "error_message", "prompt_key",
            "prompt_version", "prompt_ab_test_key", "prompt_variant_index", "tags", "metadata", "tool_calls", "dialect",
            "cost_usd", "cost_estimated",
        ]
        #expect(Set(expected).subtracting(names).isEmpty)
    }

    @Test func `times keep their fraction and nothing is added to them`() {
        let json = SpanDocument(
            stored: stored {
                $0.durationNanoseconds = 10_202_138
                $0.timeToFirstTokenNanoseconds = 84_000_000
                $0.cost = Cost(nanoDollars: 1_500_001, isEstimated: false)
            }, texts: nil
        ).json
        #expect(json["duration_ms"] == .number(10.202138))
        #expect(json["time_to_first_token_ms"]?.number?.text == "84")
        #expect(json["cost_usd"]?.double == 0.001500001)
        #expect(json["start_time_unix_nano"]?.string == "1700000000000000000")
    }

    @Test func `the speed of an answer is told in tokens a second, and null where it is unknown`() {
        func speed(_ completion: Int?) -> JSONValue? {
            SpanDocument(
                stored: stored {
                    $0.durationNanoseconds = 1_240_000_000
                    $0.timeToFirstTokenNanoseconds = 310_000_000
                    $0.usage.completion = completion
                }, texts: nil
            ).json["completion_tokens_per_second"]
        }
        #expect(speed(143) == .number(153.763))
        #expect(speed(93) == .number(100))
        #expect(speed(nil) == .null)
    }

    @Test func `a prompt version is a number where it is one`() {
        #expect(
            SpanDocument(stored: stored { $0.promptVersion = "7" }, texts: nil).json["prompt_version"] == .number(7))
        for text in ["v7", "07", "7.0", ""] {
            let json = SpanDocument(stored: stored { $0.promptVersion = text }, texts: nil).json
            #expect(json["prompt_version"] == .string(text))
        }
    }

    @Test func `a spreadsheet gets quoted fields and no formulas`() {
        let row = SpanTableText.row(
            stored {
                $0.name = "=cmd(\"x\"),y"
                $0.tags = ["a", "b"]
            })
        #expect(row.contains("\"'=cmd(\"\"x\"\"),y\""))
        #expect(row.hasSuffix(",a b,"))
        #expect(SpanTableText.heading.split(separator: ",").count == 32)
    }
}

struct EnvironmentLinesTests {
    @Test func `the lines name the listener for both kinds of SDK`() {
        let lines = EnvironmentLines(http: .standardHTTP, grpc: .standardGRPC, udp: .standardUDP, key: nil).text(.sh)
        #expect(lines.contains("export FALLOM_TRACES_URL=http://127.0.0.1:4318"))
        #expect(lines.contains("export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318"))
        #expect(
            lines.contains { $0.hasPrefix("#") && $0.contains("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317") })
    }

    @Test func `a key is quoted for the shell and encoded for the header`() {
        let lines = EnvironmentLines(http: .standardHTTP, grpc: .standardGRPC, udp: .standardUDP, key: "it's a key")
            .text(.sh)
        #expect(lines.contains(#"export FALLOM_API_KEY='it'\''s a key'"#))
        #expect(lines.contains("export OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20it%27s%20a%20key"))
    }

    @Test func `other shells get their own form`() {
        let lines = EnvironmentLines(http: .standardHTTP, grpc: .standardGRPC, udp: .standardUDP, key: nil)
        #expect(lines.text(.fish).contains("set -gx FALLOM_API_KEY local"))
        #expect(lines.text(.dotenv).contains("FALLOM_API_KEY=local"))
    }
}

struct StandardOutputTests {
    @Test func `a closed pipe is told as such`() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let output = StandardOutput(descriptor: Descriptor(borrowing: ends[1]), flushesEachLine: true)
        #expect(throws: OutputClosed.self) { try output.line("hello") }
    }

    @Test func `lines leave whole and in order`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let output = StandardOutput(descriptor: Descriptor(borrowing: ends[1]))
        try output.line("a")
        try output.line("é")
        try output.flush()
        close(ends[1])
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(ends[0], &bytes, bytes.count)
        #expect(String(decoding: bytes[..<count], as: UTF8.self) == "a\né\n")
    }
}
