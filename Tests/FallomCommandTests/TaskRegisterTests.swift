import Testing

@testable import FallomCommand

@Suite struct TaskRegisterTests {
    @Test func `tasks that have ended are let go of`() async {
        let register = TaskRegister<Int>()
        for name in 0..<100 { register.begin(name) {} }
        await register.wait()
        #expect(register.count == 0)
    }

    @Test func `another of the same name cancels the one under way, and outlives its end`() async {
        let register = TaskRegister<String>()
        let (ends, end) = AsyncStream.makeStream(of: Bool.self)
        register.begin("question") {
            await Self.pause()
            end.yield(Task.isCancelled)
        }
        register.begin("question") { await Self.pause() }
        var events = ends.makeAsyncIterator()
        #expect(await events.next() == true)
        #expect(register.count == 1)
        register.cancel()
        await register.wait()
        #expect(register.count == 0)
    }

    /// Until the task is cancelled.
    private static func pause() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        for await _ in stream {}
        continuation.finish()
    }
}
