import Foundation
import Gzip
import Ingest
import OrderedJSON
import SpanCodec
import Testing
import TraceModel
import TraceStore

@testable import Console
@testable import FallomCommand

/// What a call added, over all captured sessions and long chats: every message of its input is told once, as added, as changed
/// or among those that are as before.
@Suite struct WhatCallsAddedTests {
    // MARK: - The captured sessions

    /// The captures lie with the codec's tests.
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "SpanCodecTests/Fixtures")

    /// What the captured requests of SDKs, instrumentations and coding agents brought, in a store.
    private static func fill(_ store: TemporaryStore) async throws {
        let writer = BatchWriter(sink: store.store, counters: IngestCounters())
        async let work: Void = writer.run()
        for place in ["captures", "agents"] {
            let folder = folder.appending(path: place)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
                $0.hasSuffix(".ndjson")
            }
            for name in names.sorted() where name != "scenarios.ndjson" && name != "expected.ndjson" {
                let text = [UInt8](try Data(contentsOf: folder.appending(path: name)))
                for line in text.split(separator: UInt8(ascii: "\n")) {
                    let request = try JSONValue(parsing: Array(line), allowsLoneSurrogates: true)
                    guard let batch = try decoded(request) else { continue }
                    let brought = IngestBatch(spans: batch.spans, contents: batch.contents, events: batch.events)
                    try await writer.write(brought, from: .file(name)) { _ in }
                }
            }
        }
        _ = try await writer.writeAndCommit(IngestBatch(), from: .file("the end"))
        writer.finish()
        await work
    }

    /// The spans of a request that was taken when it was captured.
    private static func decoded(_ request: JSONValue) throws -> DecodedBatch? {
        guard (200..<300).contains(request["response"]?["status"]?.int ?? 200), let path = request["path"]?.string
        else {
            return nil
        }
        var headers = FallomHeaders()
        var body = Array((request["body"]?.string ?? "").utf8)
        if request["body_encoding"]?.string == "base64" {
            body = [UInt8](Data(base64Encoded: request["body"]?.string ?? "") ?? Data())
        }
        var encoding = SpanDecoder.Encoding.json
        for field in request["headers"]?.array ?? [] {
            guard let name = field[0]?.string, let value = field[1]?.string else { continue }
            headers.take(name: name, latin1: value.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
            if name.lowercased() == "content-type", value.hasPrefix("application/x-protobuf") { encoding = .protobuf }
            if name.lowercased() == "content-encoding", value == "gzip" { body = try inflated(body) }
        }
        switch path {
        case "/v1/traces": return try SpanDecoder().decodeTraces(body, encoding: encoding, headers: headers)
        case "/v1/logs": return try SpanDecoder().decodeLogs(body, encoding: encoding)
        default: return nil
        }
    }

    /// A call's input against the call it goes on from, held to what must be so whatever was said.
    private static func check(_ input: [Message], _ earlier: EarlierCalls, _ name: String) {
        let (comparison, base) = earlier.comparison(of: input)
        let prints = MessagePrint.all(of: input)
        var told: [Int] = []
        var place = 0
        let before = base?.prints ?? []
        for piece in comparison.pieces {
            switch piece {
            case .asBefore(let range):
                told += range
                for index in range {
                    // In the order in which they stood there, each of them once.
                    let found = before[place...].firstIndex(of: prints[index])
                    #expect(found != nil, "\(name): message \(index) did not stand before")
                    place = (found ?? place - 1) + 1
                }
            case .added(let index), .changed(let index, _): told.append(index)
            case .dropped: break
            }
        }
        #expect(told == Array(input.indices), "\(name): \(told)")
        #expect(comparison.known == common(prints, before), "\(name): one that stood before is told as added")
    }

    /// The length of a longest common subsequence, found the plain way.
    private static func common(_ one: [MessagePrint], _ other: [MessagePrint]) -> Int {
        var row = Array(repeating: 0, count: other.count + 1)
        for print in one {
            var diagonal = 0
            for (index, candidate) in other.enumerated() {
                let above = row[index + 1]
                row[index + 1] = print == candidate ? diagonal + 1 : max(above, row[index])
                diagonal = above
            }
        }
        return row[other.count]
    }

    @Test func `of the captured sessions every message is shown once as added or counted as before`() async throws {
        let store = try TemporaryStore()
        try await Self.fill(store)
        var (calls, continued, sessions) = (0, 0, 0)
        for summary in try await store.store.sessions(SessionQuery(limit: 10_000)).sessions {
            let spans = try await store.store.spans(ofSession: summary.sessionID, limit: .max)
            var contents: [SpanKey: LoadedSpan] = [:]
            for stored in spans {
                let payload = try #require(try await store.store.payload(of: stored.span.key))
                contents[stored.span.key] = try LoadedSpan.decode(payload)
            }
            sessions += 1
            let turns = Turns(spans)
            var earlier = EarlierCalls()
            for stored in turns.turns.flatMap(Transcript.spoken(in:)) {
                guard let loaded = contents[stored.span.key] else { continue }
                if case .messages(let input) = loaded.detail.input {
                    calls += 1
                    Self.check(input, earlier, "\(summary.sessionID) \(stored.span.name)")
                    if earlier.comparison(of: input).0.known > 0 { continued += 1 }
                }
                earlier.add(loaded)
            }
            Self.checkText(turns, contents, summary.sessionID)
        }
        // That it was about something.
        #expect(
            sessions > 100 && calls > 100 && continued > 10, "\(sessions) sessions, \(calls) calls, \(continued) go on")
        try await store.end()
    }

    private static func laidOut(
        _ turns: Turns, _ contents: [SpanKey: LoadedSpan], width: Int
    ) -> (transcript: Transcript, lines: [String]) {
        var (transcript, text) = (Transcript(), ScrolledText())
        transcript.take(turns, into: &text)
        transcript.put(Array(contents.values))
        transcript.layOutAll(into: &text, width: width, reading: Reading())
        return (transcript, (0..<text.lines.count).map { text.lines[$0].plain })
    }

    /// Whatever was said in a session stands in its transcript, however often it was sent.
    private static func checkText(_ turns: Turns, _ contents: [SpanKey: LoadedSpan], _ name: String) {
        guard !turns.turns.contains(where: \.isAgents) else { return }
        let source = laidOut(turns, contents, width: 100).transcript.source
        for stored in turns.turns.flatMap(Transcript.spoken(in:)) {
            guard let detail = contents[stored.span.key]?.detail, case .messages(let input) = detail.input else {
                continue
            }
            for message in input {
                for case .text(let text) in message.parts {
                    #expect(source.contains(text), "\(name): what was said is not shown: \(text.prefix(80))")
                }
            }
        }
    }

    // MARK: - Long chats

    private static func message(_ role: String, _ text: String) -> Message { Message(role: role, parts: [.text(text)]) }

    private static func loaded(_ input: [Message], _ answer: Message, number: Int) -> LoadedSpan {
        var span = Span(
            key: SpanKey(traceID: "t\(number)", spanID: "s"), parentID: nil, name: "chat", kind: .llm, dialect: .fallom,
            start: Timestamp(unixMilliseconds: Int64(number) * 1000), end: nil, durationNanoseconds: 1, status: .ok)
        span.end = span.start
        return LoadedSpan(
            stored: StoredSpan(
                sequence: Int64(number), span: span, sessionID: "s", customerID: nil, configKey: nil, depth: 0),
            detail: SpanDetail(input: .messages(input), output: .messages([answer])), json: "{}")
    }

    /// A chat of forty turns; `edit` says what is sent in the place of its history from a turn on.
    private static func chat(_ edit: (Int, inout [Message]) -> Void = { _, _ in }) -> [LoadedSpan] {
        var history = [message("system", "Rules to keep.")]
        return (0..<40).map { turn in
            edit(turn, &history)
            history.append(message("user", "question \(turn)"))
            let answer = message("assistant", "answer \(turn)")
            defer { history.append(answer) }
            return loaded(history, answer, number: turn)
        }
    }

    /// What the transcript shows: how often each text stands, how many messages it counts as before, and what is changed.
    private static func shown(_ calls: [LoadedSpan]) -> (lines: [String], asBefore: [Int], changed: Int) {
        let contents = Dictionary(uniqueKeysWithValues: calls.map { ($0.stored.span.key, $0) })
        let lines = laidOut(Turns(calls.map(\.stored)), contents, width: 80).lines
        let counts = lines.compactMap { line -> Int? in
            line.contains(" as before") ? line.split(separator: " ").first.flatMap { Int($0) } : nil
        }
        return (lines, counts, lines.count { $0.hasSuffix("  changed") })
    }

    @Test func `a chat of forty turns shows each message once`() {
        let (lines, asBefore, changed) = Self.shown(Self.chat())
        for turn in 0..<40 {
            #expect(lines.count { $0 == "question \(turn)" } == 1)
            #expect(lines.count { $0 == "answer \(turn)" } == 1)
        }
        #expect(lines.count { $0 == "Rules to keep." } == 1)
        #expect(asBefore == (1..<40).map { 2 * $0 + 1 })
        #expect(changed == 0)
    }

    @Test(arguments: [1, 7, 20, 39]) func `a message that was edited in the middle is marked, and nothing else`(
        turn: Int
    ) {
        let calls = Self.chat { number, history in
            if number == turn { history[history.count / 2] = Self.message(history[history.count / 2].role, "edited") }
        }
        let (lines, asBefore, changed) = Self.shown(calls)
        #expect(changed == 1)
        #expect(lines.count { $0 == "+ edited" } == 1)
        // The call after it goes on from the edited history.
        #expect(asBefore.count == 40)
        let before = (1..<40).map { 2 * $0 + 1 }.reduce(0, +)
        #expect(asBefore.reduce(0, +) == before - 1)
    }

    @Test func `between two calls of an agent its helpers may say whatever they like`() {
        let chat = Self.chat()
        var calls: [LoadedSpan] = []
        for (turn, call) in chat.enumerated() {
            calls.append(call)
            for helper in 0..<25 {
                calls.append(
                    Self.loaded(
                        [Self.message("user", "task \(turn).\(helper)")], Self.message("assistant", "done"),
                        number: 1_000 + 100 * turn + helper))
            }
        }
        var earlier = EarlierCalls()
        for call in calls {
            guard case .messages(let input) = call.detail.input else { continue }
            if input.count > 1, call.stored.span.key != chat[0].stored.span.key {
                #expect(earlier.comparison(of: input).0.new.count == 1, "\(call.stored.span.key)")
            }
            earlier.add(call)
        }
        #expect(earlier.calls.count <= 40)
    }
}
