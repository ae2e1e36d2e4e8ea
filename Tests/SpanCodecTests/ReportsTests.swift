import Foundation
import OrderedJSON
import SpanCodec
import Testing
import TraceModel

/// Situations from public reports on comparable tools, and siblings of the same kinds: what was posted, and what must
/// stand in `spans --json` and `sessions --json`. The end-to-end checks send the same through a server.
@Suite struct `What real apps send` {
    /// One folder of `Tests/EndToEnd/captures/reports`.
    struct Situation: CustomTestStringConvertible, Sendable {
        var folder: URL
        var testDescription: String { folder.lastPathComponent }

        static let all: [Situation] = {
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "EndToEnd/captures/reports")
            let names = try? FileManager.default.contentsOfDirectory(atPath: root.path)
            return (names ?? []).sorted().map { Situation(folder: root.appending(path: $0)) }
        }()

        func posted() throws -> [(path: String, body: [UInt8])] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("input") }.sorted()
                .map { name in
                    let body = [UInt8](try Data(contentsOf: folder.appending(path: name)))
                    return (name.contains("logs") ? "/v1/logs" : "/v1/traces", body)
                }
        }

        func expected() throws -> JSONValue {
            try JSONValue(parsing: [UInt8](try Data(contentsOf: folder.appending(path: "expected.json"))))
        }
    }

    @Test func `there are situations`() {
        #expect(Situation.all.count >= 24)
    }

    @Test(arguments: Situation.all) func `is read as it was meant`(_ situation: Situation) throws {
        let store = try ReplayedStore(posted: situation.posted())
        let expected = try situation.expected()
        #expect(store.rejected == [])
        let rows = try store.rows()
        if let count = expected["span_count"]?.int { #expect(rows.count == count) }
        for member in expected["spans"]?.object ?? [] {
            let row = try #require(rows.first { $0.key.spanID == member.name }?.row, "span \(member.name)")
            check(row, member)
        }
        let sessions = store.sessionRows()
        for member in expected["sessions"]?.object ?? [] {
            check(try #require(sessions[member.name], "session \(member.name)"), member)
        }
    }

    private func check(_ row: JSONValue, _ expected: JSONMember) {
        for field in expected.value.object ?? [] {
            let actual = row[field.name] ?? .null
            #expect(Self.agrees(actual, field.value), "\(expected.name).\(field.name): \(actual.compactText)")
        }
    }

    private static func agrees(_ actual: JSONValue, _ expected: JSONValue) -> Bool {
        if let part = expected["contains"]?.string { return actual.string?.contains(part) ?? false }
        if let choices = expected["one_of"]?.array { return choices.contains { agrees(actual, $0) } }
        if expected.object != nil {
            guard let number = actual.double else { return false }
            return number >= expected["min"]?.double ?? number && number <= expected["max"]?.double ?? number
        }
        if let number = expected.double { return actual.double.map { abs($0 - number) < 1e-9 } ?? false }
        return actual == expected
    }
}
