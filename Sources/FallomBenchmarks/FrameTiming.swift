import CTerminal
import Cells
import Glibc
import NcursesTerminal

/// CPU time of a frame of the size of a large window: drawing it into a grid, and sending what changed through ncurses to a
/// pseudo-terminal.
let frameBenchmark = Benchmark(
    name: "frame", help: "CPU of drawing and sending a frame of 200×60 cells; [FRAMES], 400 by default"
) { arguments in
    let frames = arguments.first.flatMap { Int($0) } ?? 400
    try FrameTiming(size: Size(width: 200, height: 60), frames: frames).run()
}

private struct FrameTiming {
    var size: Size
    var frames: Int

    private static let models = ["gpt-4o-2024-11-20", "claude-sonnet-4-5", "gemini-2.5-flash", "o4-mini"]
    private static let table = Table(
        [
            .init("TIME", .fixed(12)), .init("SESSION", .fixed(16)), .init("CALL", .flex(1, min: 20)),
            .init("MODEL", .fixed(20)), .init("LATENCY", .fixed(8), .right), .init("", .fixed(30)),
            .init("TTFT", .fixed(7), .right), .init("TOKENS", .fixed(14), .right), .init("COST", .fixed(9), .right),
        ], gap: 2)

    func run() throws {
        var ends: (master: Int32, slave: Int32) = (-1, -1)
        guard fallom_terminal_pair(&ends.master, &ends.slave) == 0 else { throw UsageError(description: "no pty") }
        let reader = try drain(ends.master)
        let terminal = try NcursesTerminal.open(
            TerminalOptions(output: ends.slave, input: ends.slave, term: "xterm-256color", catchesSignals: false))
        measure("draw only") { _ = draw(first: $0, changed: 0) }
        measure("draw, equal frame") { _ in terminal.present(draw(first: 0, changed: 0)) }
        measure("draw, one row changed") { terminal.present(draw(first: 0, changed: $0)) }
        measure("draw, scrolled by a row") { terminal.present(draw(first: $0, changed: 0)) }
        measure("draw, another screen") { terminal.present(draw(first: $0 * 61, changed: 0)) }
        terminal.close()
        close(ends.slave)
        pthread_join(reader, nil)
        close(ends.master)
    }

    private func measure(_ name: String, _ frame: (Int) -> Void) {
        var times: [Double] = []
        for number in 0..<frames {
            let start = FrameTiming.threadSeconds
            frame(number)
            times.append((FrameTiming.threadSeconds - start) * 1000)
        }
        times.sort()
        let p50 = Measure.rounded(times[times.count / 2])
        let p99 = Measure.rounded(times[min(times.count - 1, times.count * 99 / 100)])
        print(Measure.padded(name, 28), "p50 \(Measure.padded(p50, 6)) ms   p99 \(Measure.padded(p99, 6)) ms of CPU")
    }

    private func draw(first: Int, changed: Int) -> Frame {
        var grid = Grid(size: size)
        let text = Style(foreground: Color(red: 201, green: 209, blue: 217))
        let dim = Style(foreground: Color(red: 107, green: 118, blue: 133))
        let accent = Style(foreground: Color(red: 79, green: 209, blue: 197))
        let blue = Style(foreground: Color(red: 88, green: 166, blue: 255))
        grid.draw { canvas in
            canvas.fill(Style(background: Color(red: 17, green: 20, blue: 26)))
            let places = FrameTiming.table.layout(width: canvas.width)
            for y in 0..<canvas.height {
                let row = canvas.bounds.row(y)
                let number = first + y + (y == 30 ? changed * 977 : 0)
                FrameTiming.table.drawRow(into: &canvas, in: row, placements: places) { column in
                    switch column {
                    case 0: return StyledText("14:02:\(10 + number % 50).\(100 + number % 900)", dim)
                    case 1:
                        return StyledText(number % 9 == 0 ? "日本語-\(number)" : "conv-\(number * 7919 % 4096)", accent)
                    case 2: return StyledText("chat.completions", text)
                    case 3: return StyledText(FrameTiming.models[number % 4], dim)
                    case 4: return StyledText("\(number % 5).\(10 + number % 90)s", text)
                    case 6: return StyledText("\(100 + number % 800)ms", text)
                    case 7: return StyledText("\(number % 4000) → \(number % 700)", text)
                    case 8: return StyledText("$0.00\(10 + number % 90)", dim)
                    default: return StyledText()
                    }
                }
                guard let bar = places.first(where: { $0.column == 5 }) else { continue }
                SplitBar(split: 0.1, end: Double(1 + number % 10) / 10, waiting: dim, active: blue)
                    .draw(into: &canvas, in: Rect(x: bar.x, y: y, width: bar.width, height: 1))
            }
        }
        return Frame(grid: grid)
    }

    /// Reads and forgets what the terminal is sent, on a thread.
    private func drain(_ descriptor: Int32) throws -> pthread_t {
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { context in
                var buffer = [UInt8](repeating: 0, count: 65536)
                while read(Int32(Int(bitPattern: context)), &buffer, buffer.count) > 0 {}
                return nil
            }, UnsafeMutableRawPointer(bitPattern: Int(descriptor)))
        guard status == 0 else { throw UsageError(description: "no thread") }
        return thread
    }

    private static var threadSeconds: Double {
        var now = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}
