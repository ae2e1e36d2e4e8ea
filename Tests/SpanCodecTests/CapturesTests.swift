import Foundation
import OrderedJSON
import SpanCodec
import Testing
import TraceModel

@Suite struct `The captured requests` {
    @Test func `give the spans that the reference normaliser gives`() throws {
        let store = try ReplayedStore(Captures.requests())
        #expect(store.rejected.isEmpty)
        let rows = try store.rows()
        if let path = ProcessInfo.processInfo.environment["FALLOM_DUMP_SPANS"] {
            let bytes = rows.flatMap { $0.row.compactBytes + [UInt8(ascii: "\n")] }
            try Data(bytes).write(to: URL(filePath: path))
        }
        let expected = try Captures.lines("expected/spans.ndjson")
        #expect(rows.count == expected.count)
        let actual = Dictionary(rows.map { ($0.key, $0.row) }) { $1 }
        for row in expected {
            let key = SpanKey(traceID: row["trace_id"]?.string ?? "", spanID: row["span_id"]?.string ?? "")
            let found = try #require(actual[key], "\(key) is missing")
            let lenient = Set((row["lenient"]?.array ?? []).compactMap(\.string)).union(["lenient", "source_scenario"])
            for member in row.object ?? [] where !lenient.contains(member.name) {
                #expect(
                    Self.agree(member.name, member.value, found[member.name] ?? .null),
                    "\(row["source_scenario"]?.string ?? "") \(key.spanID) \(member.name): \(found[member.name] ?? .null) instead of \(member.value)"
                )
            }
        }
    }

    /// Whether two values of a row mean the same.
    private static func agree(_ name: String, _ expected: JSONValue, _ actual: JSONValue) -> Bool {
        if name == "prompt_version" {
            return (expected.string ?? expected.number?.text) == (actual.string ?? actual.number?.text)
        }
        if let left = expected.double, let right = actual.double {
            return name.hasSuffix("_ms") ? abs(left - right) < 1e-6 : left == right
        }
        if let left = expected.object, let right = actual.object {
            return left.count == right.count && left.allSatisfy { agree("", $0.value, actual[$0.name] ?? .null) }
        }
        if let left = expected.array, let right = actual.array {
            return left.count == right.count && zip(left, right).allSatisfy { agree("", $0, $1) }
        }
        return expected == actual
    }
}
