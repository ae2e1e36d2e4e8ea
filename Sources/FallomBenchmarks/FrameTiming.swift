import CTerminal
import Cells
import Console
import Glibc
import NcursesTerminal
import SystemCalls
import TraceModel

/// CPU time of a frame of the console in a large window: drawing it into a grid, and sending what changed through ncurses to
/// a pseudo-terminal.
let frameBenchmark = Benchmark(
    name: "frame", help: "CPU of drawing and sending the console's screens at 200×60 cells; [FRAMES], 400 by default"
) { arguments in
    let frames = arguments.first.flatMap { Int($0) } ?? 400
    try await FrameTiming(frames: frames).run()
}

private struct FrameTiming {
    let frames: Int
    private let size = Size(width: 200, height: 60)

    func run() async throws {
        let terminal = try PseudoTerminal()
        let screen = try NcursesTerminal.open(
            TerminalOptions(
                output: terminal.inside.number, input: terminal.inside.number, term: "xterm-256color",
                catchesSignals: false))
        var console = try await SampledConsole(size: size)
        try await measure("draw only", &console, on: nil) { _, _ in }
        try await measure("draw, equal frame", &console, on: screen) { _, _ in }
        try await measure("draw, one span more", &console, on: screen) { try await $0.append(1, from: 5000 + $1) }
        try await measure("draw, moved by a row", &console, on: screen) { console, _ in try await console.press(.up) }
        try await measure("draw, another screen", &console, on: screen) { console, number in
            try await console.press(Key(.character(number % 2 == 0 ? "2" : "1")))
        }
        screen.close()
    }

    private func measure(
        _ name: String, _ console: inout SampledConsole, on screen: NcursesTerminal?,
        change: (inout SampledConsole, Int) async throws -> Void
    ) async throws {
        var times: [Double] = []
        for number in 0..<frames {
            try await change(&console, number)
            let start = Self.threadSeconds
            let frame = console.frame()
            screen?.present(frame)
            times.append((Self.threadSeconds - start) * 1000)
        }
        times.sort()
        let p50 = Measure.rounded(times[times.count / 2])
        let p99 = Measure.rounded(times[min(times.count - 1, times.count * 99 / 100)])
        print(Measure.padded(name, 28), "p50 \(Measure.padded(p50, 6)) ms   p99 \(Measure.padded(p99, 6)) ms of CPU")
    }

    private static var threadSeconds: Double {
        var now = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}

/// The console over a store in memory, every question answered at once.
private struct SampledConsole {
    private var state: ConsoleState
    private let size: Size
    private let store = InMemoryTraceStore()
    private let now = Timestamp(unixNanoseconds: 1_790_000_000_000_000_000)
    private let theme = Theme(
        name: "sample",
        styles: Dictionary(
            uniqueKeysWithValues: Role.allCases.map { role in
                let shade = UInt8(role.rawValue * 37 % 200 + 55)
                return (role, Style(foreground: Color(red: shade, green: 255 - shade, blue: 180)))
            }))

    init(size: Size) async throws {
        self.size = size
        state = ConsoleState(size: size, now: now)
        try await append(5000, from: 0)
        try await send(.started)
    }

    mutating func append(_ count: Int, from first: Int) async throws {
        let spans = (first..<first + count).map { number in
            let start = now.advanced(byNanoseconds: Int64(number - 10_000) * 1_000_000_000)
            var span = Span(
                key: SpanKey(traceID: "\(number)", spanID: "1"), name: "chat.completions.create", kind: .llm,
                start: start,
                end: start.advanced(byNanoseconds: 500_000_000), durationNanoseconds: 500_000_000)
            span.identity.session.own = number % 9 == 0 ? "日本語-\(number)" : "conv-\(number * 7919 % 4096)"
            span.responseModel = ["gpt-4o-2024-11-20", "claude-sonnet-4-5", "gemini-2.5-flash", "o4-mini"][number % 4]
            span.timeToFirstTokenNanoseconds = Int64(100 + number % 300) * 1_000_000
            span.usage = TokenUsage(prompt: number % 4000, completion: number % 700)
            span.cost = Cost(nanoDollars: Int64(number % 90) * 1_000_000, isEstimated: false)
            return IngestedSpan(span: span, payload: SpanPayload(format: .fallomRecord, span: Array("{}".utf8)))
        }
        let receipt = try await store.append(IngestBatch(spans: spans))
        try await send(.storeChanged(revision: receipt.revision))
    }

    mutating func press(_ key: Key) async throws {
        try await send(.input(.key(key)))
    }

    func frame() -> Frame {
        var grid = Grid(size: size)
        draw(state, into: &grid, theme: theme, glyphs: .unicode)
        return Frame(grid: grid)
    }

    private mutating func send(_ event: ConsoleEvent) async throws {
        var waiting = reduce(&state, event, at: now)
        while let effect = waiting.popLast() {
            guard case .load(let request, let id) = effect, let answer = try await answer(request) else { continue }
            waiting += reduce(&state, .answer(answer, for: id), at: now)
        }
    }

    /// `nil` for what the measured screens do not show.
    private func answer(_ request: Request) async throws -> ScreenAnswer? {
        switch request {
        case .overview: .overview(try await store.overview())
        case .spans(let query): .spans(try await store.spans(query))
        case .sessions(let query): .sessions(try await store.sessions(query))
        default: nil
        }
    }
}

/// A terminal that nobody looks at: what it is sent is read and forgotten, on a thread.
private struct PseudoTerminal {
    /// The end that programs are given.
    let inside: Descriptor

    init() throws {
        var (master, slave): (Int32, Int32) = (-1, -1)
        guard fallom_terminal_pair(&master, &slave) == 0 else { throw UsageError(description: "no pty") }
        inside = Descriptor(owning: slave)
        let outside = Descriptor(owning: master)
        try BlockingThread.start {
            while let bytes = try? outside.read(upTo: 65_536), !bytes.isEmpty {}
        }
    }
}
