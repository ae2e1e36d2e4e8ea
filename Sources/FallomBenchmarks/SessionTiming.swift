import Cells
import Console
import Glibc
import TraceModel

/// CPU time of keys in a short and in a long session, and in an answer of a megabyte: what a key costs must not grow with
/// what there is. Under `perf stat -e instructions:u` with one size given it counts instructions.
let sessionBenchmark = Benchmark(
    name: "session",
    help: "CPU of keys in sessions of 10, 100, 200 turns ([TURNS]) of 25 spans and in a 1 MB answer"
) { arguments in
    let sizes = arguments.compactMap { Int($0) }
    for turns in sizes.isEmpty ? [10, 100, 200] : sizes {
        print("\(turns) turns, \(turns * 25) spans")
        var session = try await ReadSession(SessionSample(turns: turns, spans: 25))
        try await session.measure("open and go to the beginning", "s g")
        try await session.measure("next row", String(repeating: "j ", count: 100))
        try await session.measure("next turn", String(repeating: "l ", count: 120))
        try await session.measure("row before", String(repeating: "k ", count: 60))
        try await session.measure("fold, unfold", String(repeating: "h l ", count: 20))
        try await session.measure("page of the conversation", "Tab " + String(repeating: "PgDn ", count: 60))
        try await session.measure("line of the conversation", String(repeating: "j ", count: 100))
        try await session.measure("all of it, folded again", String(repeating: "= ", count: 6))
    }
    print("an answer of 1 MB")
    var large = try await ReadSession(SessionSample(answer: 1_000_000))
    try await large.measure("open", "Enter")
    try await large.measure("page", String(repeating: "PgDn ", count: 60))
    try await large.measure("line", String(repeating: "j ", count: 200))
    try await large.measure("to its end and back", String(repeating: "G g ", count: 10))
    try await large.measure("as written, rendered", String(repeating: "M ", count: 10))
}

/// A session to read.
private struct SessionSample {
    private(set) var spans: [Span] = []
    private(set) var details: [SpanKey: SpanDetail] = [:]
    static let now = Timestamp(unixNanoseconds: 1_790_000_000_000_000_000)

    /// Turns of one call that is sent what was said before, and of tools.
    init(turns: Int, spans count: Int) {
        var history: [Message] = []
        for turn in 0..<turns {
            history = (history + [Message(role: "user", parts: [.text(Self.text(300))])]).suffix(40)
            let answer = Message(role: "assistant", parts: [.text(Self.text(600))])
            for number in 0..<count {
                let at = turn * 60 + number
                add(
                    trace: "\(turn)", number, at: at, isCall: number == 0,
                    number == 0 ? SpanDetail(input: .messages(history), output: .messages([answer])) : SpanDetail())
            }
            history.append(answer)
        }
    }

    /// A call that was answered with so many bytes.
    init(answer: Int) {
        let question = Message(role: "user", parts: [.text("?")])
        let text = String(repeating: Self.text(900) + "\n\n- " + Self.text(80) + "\n\n", count: answer / 1000)
        add(
            trace: "large", 0, at: 0, isCall: true,
            SpanDetail(
                input: .messages([question]), output: .messages([Message(role: "assistant", parts: [.text(text)])])))
    }

    private static func text(_ size: Int) -> String {
        String(repeating: "Some **words** of an `answer` that goes on. ", count: max(1, size / 44))
    }

    private mutating func add(trace: String, _ number: Int, at seconds: Int, isCall: Bool, _ detail: SpanDetail) {
        let start = Self.now.advanced(byNanoseconds: Int64(seconds - 100_000) * 1_000_000_000)
        var span = Span(
            key: SpanKey(traceID: trace, spanID: "\(number)"), parentID: number == 0 ? nil : "0",
            name: isCall ? "chat" : "tool", kind: isCall ? .llm : .tool, start: start,
            end: start.advanced(byNanoseconds: 500_000_000), durationNanoseconds: 500_000_000)
        span.identity.session.own = "long"
        span.usage = TokenUsage(prompt: isCall ? 2_000 : nil, completion: isCall ? 100 : nil)
        spans.append(span)
        details[span.key] = detail
    }
}

/// A console over that session, every question answered at once; what is counted is its own work and drawing.
private struct ReadSession {
    private var state: ConsoleState
    private let store = InMemoryTraceStore()
    private let sample: SessionSample
    private let size = Size(width: 160, height: 45)
    private let theme = Theme(name: "plain", styles: [:])
    private var seconds = 0.0

    init(_ sample: SessionSample) async throws {
        self.sample = sample
        state = ConsoleState(size: size, now: SessionSample.now)
        let batch = sample.spans.map {
            IngestedSpan(span: $0, payload: SpanPayload(format: .fallomRecord, span: Array("{}".utf8)))
        }
        _ = try await store.append(IngestBatch(spans: batch))
        try await send(.started)
    }

    /// Presses keys, written as the manual writes them, and prints what one costs.
    mutating func measure(_ name: String, _ keys: String) async throws {
        var times: [Double] = []
        for notation in keys.split(separator: " ") {
            guard let key = Key(String(notation)) else { throw UsageError(description: "no key \(notation)") }
            seconds = 0
            try await send(.input(.key(key)))
            let start = Self.threadSeconds
            var grid = Grid(size: size)
            draw(state, into: &grid, theme: theme, glyphs: .unicode)
            times.append((seconds + Self.threadSeconds - start) * 1000)
        }
        times.sort()
        let figures = [times[times.count / 2], times[times.count * 99 / 100]].map(Measure.rounded)
        print(
            " ", Measure.padded(name, 30), "p50 \(Measure.padded(figures[0], 6)) ms   p99",
            Measure.padded(figures[1], 6), "ms of CPU")
    }

    private mutating func send(_ event: ConsoleEvent) async throws {
        var waiting = timed(event)
        while !waiting.isEmpty {
            guard case .load(let request, let id) = waiting.removeFirst(), let answer = try await answer(request) else {
                continue
            }
            waiting += timed(.answer(answer, for: id))
        }
    }

    private mutating func timed(_ event: ConsoleEvent) -> [Effect] {
        let start = Self.threadSeconds
        defer { seconds += Self.threadSeconds - start }
        return reduce(&state, event, at: SessionSample.now)
    }

    /// `nil` for what these screens do not show.
    private func answer(_ request: Request) async throws -> ScreenAnswer? {
        switch request {
        case .overview: .overview(try await store.overview())
        case .spans(let query): .spans(try await store.spans(query))
        case .session(let id): .session(try await store.session(id))
        case .sessionSpans(let id, let limit): .sessionSpans(try await store.spans(ofSession: id, limit: limit))
        case .span(let key): .span(try await load(key))
        case .contents(let keys): .contents(try await load(keys))
        case .layOut(let job): .laidOut(job.run())
        default: nil
        }
    }

    private func load(_ keys: [SpanKey]) async throws -> [LoadedSpan] {
        var loaded: [LoadedSpan] = []
        for key in keys { if let span = try await load(key) { loaded.append(span) } }
        return loaded
    }

    private func load(_ key: SpanKey) async throws -> LoadedSpan? {
        try await store.payload(of: key).map { payload in
            let detail = sample.details[key] ?? SpanDetail()
            // As long a record as what is in it, which tells large ones.
            let length = if case .messages(let messages) = detail.output { Self.length(of: messages) } else { 2 }
            return LoadedSpan(stored: payload.stored, detail: detail, json: String(repeating: " ", count: length))
        }
    }

    private static func length(of messages: [Message]) -> Int {
        messages.flatMap(\.parts).reduce(0) { sum, part in
            if case .text(let text) = part { sum + text.utf8.count } else { sum }
        }
    }

    private static var threadSeconds: Double {
        var now = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}
