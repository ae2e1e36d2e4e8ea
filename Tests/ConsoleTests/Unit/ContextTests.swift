import Cells
import Testing
import TraceModel

@testable import Console

@Suite struct ContextTests {
    private static let system = Message(role: "system", parts: [.text("Rules.")])
    private func user(_ text: String) -> Message { Message(role: "user", parts: [.text(text)]) }
    private func model(_ text: String) -> Message { Message(role: "assistant", parts: [.text(text)]) }

    /// `=2` two as before, `+3` the fourth is added, `~1` the second has changed, `-2` two are gone.
    private func told(_ now: [Message], after before: [Message]) -> String {
        ContextComparison(now, after: before).pieces.map { piece in
            switch piece {
            case .asBefore(let range): "=\(range.count)"
            case .added(let index): "+\(index)"
            case .changed(let index, _): "~\(index)"
            case .dropped(let messages): "-\(messages.count)"
            }
        }.joined(separator: " ")
    }

    @Test func `each message is told once`() {
        let s = Self.system
        #expect(told([s, user("a")], after: []) == "+0 +1")
        #expect(told([s, user("a"), model("b"), user("c")], after: [s, user("a"), model("b")]) == "=3 +3")
        #expect(told([user("x"), user("a"), model("b")], after: [s, user("a"), model("b")]) == "+0 -1 =2")
        let other = Message(role: "system", parts: [.text("Other rules.")])
        #expect(told([other, user("a"), model("b"), user("c")], after: [s, user("a"), model("b")]) == "~0 =2 +3")
        #expect(told([s, model("b"), user("c")], after: [s, user("a"), model("b")]) == "=1 -1 =1 +2")
        #expect(told([s, user("a2"), model("b"), user("c")], after: [s, user("a"), model("b")]) == "=1 ~1 =1 +3")
        #expect(told([s, user("else")], after: [s, user("a"), model("b")]) == "=1 +1")
        #expect(told([s], after: [s]) == "=1")
        #expect(told([], after: [s]) == "")
    }

    @Test func `history is known by what it says, not by ids, spaces or names of roles`() {
        let call = Message(
            role: "assistant", parts: [.reasoning("hm"), .toolCall(id: "1", name: "f", arguments: #"{"a":1}"#)])
        let again = Message(role: "ai", parts: [.toolCall(id: nil, name: "f", arguments: #"{ "a": 1 }"#)])
        #expect(told([user("x"), again], after: [user("x"), call]) == "=2")
    }

    @Test(arguments: [1, 2, 3, 40, 400]) func `a chat of many turns shows each message once`(turns: Int) {
        var earlier = EarlierCalls()
        var history = [Self.system]
        var added = 0
        for turn in 0..<turns {
            history.append(user("question \(turn)"))
            let (comparison, _) = earlier.comparison(of: history)
            #expect(comparison.new.count + comparison.known == history.count)
            #expect(comparison.new.count == (turn == 0 ? 2 : 1))
            added += comparison.new.count + 1
            history.append(model("answer \(turn)"))
            earlier.add(.init(history, inputCount: history.count - 1, tokens: turn))
        }
        #expect(added == history.count)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6]) func `whatever was edited, every message is new, changed or as before`(
        seed: UInt64
    ) {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for _ in 0..<200 {
            let before = (0..<next(12)).map { _ in next(2) == 0 ? user("\(next(5))") : model("\(next(5))") }
            var now = before
            for _ in 0..<next(5) {
                let place = next(now.count + 1)
                switch next(3) {
                case 0: now.insert(user("\(next(9))"), at: place)
                case 1 where place < now.count: now.remove(at: place)
                case 2 where place < now.count: now[place] = model("new \(next(9))")
                default: break
                }
            }
            let comparison = ContextComparison(now, after: before)
            var seen: [Int] = []
            for piece in comparison.pieces {
                switch piece {
                case .asBefore(let range): seen += range
                case .added(let index), .changed(let index, _): seen.append(index)
                case .dropped: break
                }
            }
            #expect(seen == Array(now.indices))
        }
    }

    private func loaded(_ input: [Message], _ output: [Message], finish: String? = "stop") -> LoadedSpan {
        var span = Span(
            key: SpanKey(traceID: "t", spanID: "s"), parentID: nil, name: "chat", kind: .llm, dialect: .fallom,
            start: SampleWorld.start, end: SampleWorld.start, durationNanoseconds: 1, status: .ok)
        span.finishReason = finish
        return LoadedSpan(
            stored: StoredSpan(sequence: 1, span: span, sessionID: "s", customerID: nil, configKey: nil, depth: 0),
            detail: SpanDetail(input: .messages(input), output: .messages(output)), json: "{}")
    }

    @Test func `what stood there before is one quiet line, and unfolds`() {
        var earlier = EarlierCalls()
        earlier.add(.init([Self.system, user("one"), model("two")], inputCount: 0, tokens: 9_120))
        let call = loaded([Self.system, user("one"), model("two"), user("three")], [model("four")])
        let read = Conversation(width: 60).added(call, after: earlier)
        #expect(
            read.lines.map(\.plain) == [
                "3 messages as before, 9.1k tokens", "", "user", "three", "", "assistant", "four",
            ])
        #expect(read.firstNew == 2)
        #expect(read.answer == 5)
        let all = Conversation(width: 60, reading: Reading(isUnfolded: true)).added(call, after: earlier)
        #expect(all.lines.map(\.plain).contains("one"))
    }

    @Test func `a changed instruction shows what changed, and a cut history that it was cut`() {
        var earlier = EarlierCalls()
        earlier.add(
            .init([Self.system, user("one"), model("two"), user("three"), model("four")], inputCount: 0, tokens: nil))
        let other = Message(role: "system", parts: [.text("Rules, stricter.")])
        let call = loaded([other, user("three"), model("four"), user("five")], [model("six")])
        let text = Conversation(width: 60).added(call, after: earlier).lines.map(\.plain)
        #expect(text.contains("system  changed"))
        #expect(text.contains("- Rules."))
        #expect(text.contains("+ Rules, stricter."))
        #expect(text.contains("2 messages of before left out"))
    }

    @Test func `a tool's result stands below its call, and as a tool's where it comes as the user's`() {
        let ask = Message(
            role: "assistant",
            parts: [
                .toolCall(id: "1", name: "weather", arguments: #"{"city":"Oslo"}"#),
                .toolCall(id: "2", name: "weather", arguments: #"{"city":"Rome"}"#),
            ])
        let results = Message(
            role: "user",
            parts: [
                .toolResult(id: "2", name: nil, result: "warm"), .toolResult(id: "1", name: nil, result: "cold"),
            ])
        let text = Conversation(width: 60).lines(of: loaded([user("?"), ask, results], [model("ok")])).map(\.plain)
        #expect(
            text == [
                "user", "?", "", "assistant", #"calls weather {"city": "Oslo"}"#, "result", "cold",
                #"calls weather {"city": "Rome"}"#, "result", "warm", "", "assistant", "ok",
            ])
        var earlier = EarlierCalls()
        earlier.add(.init([user("?"), ask], inputCount: 0, tokens: nil))
        let one = Message(role: "user", parts: [.toolResult(id: "1", name: nil, result: "cold")])
        let next = Conversation(width: 60).added(loaded([user("?"), ask, one], [model("ok")]), after: earlier)
        #expect(next.lines.map(\.plain).contains(#"tool  weather  {"city": "Oslo"}"#))
    }

    @Test(arguments: [
        ("no such file", "no such file\n", false), ("exit status 1", "no such file", true),
        ("no such file", "no such file, but /tmp/x is there", true),
    ]) func `what a failed tool gave is not told twice where it is the error alone`(
        error: String, result: String, isTold: Bool
    ) {
        var failed = loaded([], [])
        failed.stored.span.kind = .tool
        failed.stored.span.status = .error
        failed.stored.span.errorMessage = error
        failed.detail.input = .value("cat x")
        failed.detail.output = .value(result)
        let read = Conversation(width: 60).whole(failed)
        let text = read.lines.map(\.plain)
        #expect(text.filter { $0 == error }.count == 1)
        #expect(text.contains("output") == isTold)
        #expect(text.suffix(2) == ["error", error])
        #expect(read.said.last?.parts == [.text(result)], "what is copied stays whole")
    }

    @Test func `a cut answer says so where one reads it, and thinking is one dim line`() {
        let answer = Message(role: "assistant", parts: [.reasoning("First\nsecond"), .text("And then")])
        let lines = Conversation(width: 70).lines(of: loaded([user("?")], [answer], finish: "length"))
        #expect(lines.map(\.plain).contains("thinking  First …"))
        #expect(lines.last?.plain == "▲ cut here: the model reached its limit of tokens (finish: length)")
        #expect(lines.last?.runs.first?.role == .warning)
        let all = Conversation(width: 70, reading: Reading(isUnfolded: true)).lines(of: loaded([user("?")], [answer]))
        #expect(all.map(\.plain).contains("second"))
    }

    @Test func `a long read opens where something new is said, the answer in sight`() {
        var read = ReadConversation()
        read.lines = Array(repeating: .blank, count: 300)
        read.firstNew = 50
        read.answer = 60
        #expect(read.opening(height: 30) == 50)
        read.answer = 200
        #expect(read.opening(height: 30) == 190)
        #expect(read.opening(height: 400) == 0)
    }
}
