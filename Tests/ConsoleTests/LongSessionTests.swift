import Testing
import TraceModel

@testable import Console

/// Sessions of many turns: a key costs what is on the screen, not what the session holds.
@Suite struct LongSessionTests {
    /// Turns of one call and some tools each; every call is sent what was said before.
    private static func world(turns: Int, tools: Int) -> SampleWorld {
        var world = SampleWorld()
        var history = [SampleWorld.text("system", "Rules.")]
        for turn in 0..<turns {
            let at = Int64(turn) * 100
            history.append(SampleWorld.text("user", "Question \(turn)?\n\nIt goes on\n\nand on."))
            let answer = SampleWorld.text("assistant", "Answer \(turn).\n\n- one\n- two\n- three")
            world.call(
                "chat", session: "long", trace: "t\(turn)", id: "call", at: at, took: 90, model: "m", ttft: nil,
                tokens: (10, 10), nanoDollars: nil, said: (history.suffix(20), [answer]))
            history.append(answer)
            for tool in 0..<tools {
                world.add(
                    "tool", .tool, session: "long", trace: "t\(turn)", id: "tool\(tool)", parent: "call",
                    at: at + Int64(tool), took: 1)
            }
        }
        return world
    }

    private static func pane(_ robot: Robot) throws -> SessionPane {
        try #require(robot.state.top.screen as? SessionScreen).pane
    }

    /// How many calls are laid out by each of some keys at most.
    private static func most(_ keys: String, _ robot: Robot) async throws -> Int {
        var most = 0
        for key in keys.split(separator: " ") {
            let before = try pane(robot).laidOut
            try await robot.press(String(key))
            most = max(most, try pane(robot).laidOut - before)
        }
        return most
    }

    @Test(arguments: [30, 200]) func `a key lays out what comes into view, however long the session is`(
        turns: Int
    ) async throws {
        let robot = try await Robot(width: 160, height: 45, world: Self.world(turns: turns, tools: 4))
        try await robot.press("s")
        // Three pages of calls, which take four rows before their content is there and ten after it.
        #expect(try Self.pane(robot).laidOut <= 3 * 45 / 4 + 6 * 45 / 10)
        let calls = 3 * 45 / 10
        try await robot.press("g")
        for keys in [
            "j j j j j", "l l l l l l l l l l l l", "Tab PgDn PgDn PgDn PgUp j j k", "G g", "M M", "Tab G",
        ] {
            #expect(try await Self.most(keys, robot) <= 2 * calls, "\(keys)")
        }
        // What was seen once is not laid out again, and folding lays out nothing.
        try await robot.press("g l l l h h h")
        #expect(try await Self.most("l l l h h h", robot) == 0)
        #expect(try await Self.most("j k j k", robot) == 0)
    }

    @Test func `all of it is there, and what was in view stays there while the rest comes`() async throws {
        let robot = try await Robot(width: 160, height: 45, world: Self.world(turns: 60, tools: 1))
        try await robot.press("s Tab g")
        var seen: Set<String> = []
        for _ in 0..<60 {
            for line in robot.lines {
                for word in ["Question", "Answer"] {
                    if let range = line.firstRange(of: "\(word) ") {
                        seen.insert(word + String(line[range.upperBound...].prefix { $0.isNumber }))
                    }
                }
            }
            try await robot.press("PgDn")
        }
        #expect(seen == Set((0..<60).flatMap { ["Question\($0)", "Answer\($0)"] }))
        robot.expectNot("…")
        // Its end is its end.
        robot.expect("Answer 59.")
        try await robot.press("g")
        robot.expect("turn 1")
        robot.expect("Question 0?")
        try await robot.press("G")
        robot.expect("Answer 59.")
    }

    @Test func `a search looks through all of a long session`() async throws {
        let robot = try await Robot(width: 160, height: 45, world: Self.world(turns: 60, tools: 1))
        try await robot.press("s g /")
        try await robot.type("answer 5")
        try await robot.press("Enter")
        // Answer 5 and 50 to 59, each once, for what was said before is one quiet line.
        robot.expect("11 matches")
        try await robot.press("n")
        robot.expect("Answer 50.")
        try await robot.press("N")
        robot.expect("Answer 5.")
    }

    @Test func `two long sessions are read as far as one scrolls`() async throws {
        var world = Self.world(turns: 40, tools: 0)
        world.add("other", .tool, session: "other", trace: "o", id: "o", at: 100_000, took: 1)
        let robot = try await Robot(width: 160, height: 45, world: world)
        try await robot.press("2 Space j c")
        robot.expect("conversations")
        robot.expect("Answer 0.")
        try await robot.press("G")
        robot.expect("Answer 39.")
    }

    /// What a transcript's text says, line by line.
    private func plain(_ text: ScrolledText) -> [String] { (0..<text.lines.count).map { text.lines[$0].plain } }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `in whatever order it is read and looked at, a transcript says the same`(seed: UInt64) {
        var random = SeededRandom(seed)
        let world = Self.world(turns: 30, tools: 2)
        let stored = world.spans.enumerated().map { index, span in
            StoredSpan(
                sequence: Int64(index), span: span, sessionID: "long", customerID: nil, configKey: nil, depth: 0)
        }
        let calls = stored.filter(\.isCall).map {
            LoadedSpan(stored: $0, detail: world.details[$0.span.key] ?? SpanDetail(), json: "{}")
        }
        var (straight, text) = (Transcript(), ScrolledText())
        straight.take(Turns(stored), into: &text)
        straight.put(calls)
        straight.layOutAll(into: &text, width: 60, reading: Reading())

        var (other, otherText) = (Transcript(), ScrolledText())
        otherText.resize(height: 20)
        other.take(Turns(Array(stored.prefix(30))), into: &otherText)
        for (index, call) in calls.shuffled(using: &random).enumerated() {
            if index == 10 { other.take(Turns(stored), into: &otherText) }
            if index < 10, other.block(of: call.stored.span.key) == nil { continue }
            other.put([call])
            otherText.scroll(to: random.next(otherText.lines.count))
            let reading = Reading(isRaw: random.next(5) == 0, isUnfolded: random.next(5) == 0)
            other.layOut(into: &otherText, width: random.next(3) == 0 ? 40 : 60, reading: reading)
        }
        other.put(calls.filter { other.contents[$0.stored.span.key] == nil })
        other.layOutAll(into: &otherText, width: 60, reading: Reading())
        #expect(plain(otherText) == plain(text))
        #expect(other.source == straight.source && other.textOfTurn == straight.textOfTurn)
        for kind in TokenShares.Kind.allCases { #expect(abs(other.tokens[kind] - straight.tokens[kind]) < 1e-6) }
    }

    @Test func `what cannot be read is asked for once, and again when its session changes`() throws {
        let world = Self.world(turns: 3, tools: 0)
        let stored = world.spans.enumerated().map { index, span in
            StoredSpan(
                sequence: Int64(index), span: span, sessionID: "long", customerID: nil, configKey: nil, depth: 0)
        }
        var (transcript, text) = (Transcript(), ScrolledText())
        transcript.take(Turns(stored), into: &text)
        let wanted = transcript.wanted(from: 1, all: false, limit: 10)
        #expect(wanted.map(\.traceID) == ["t1", "t2", "t0"])
        transcript.miss(wanted)
        #expect(transcript.wanted(from: 1, all: true, limit: 10).isEmpty)
        transcript.take(Turns(stored), into: &text)
        #expect(transcript.wanted(from: 1, all: true, limit: 2).map(\.traceID) == ["t1", "t2"])
    }
}
