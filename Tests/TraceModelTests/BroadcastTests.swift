import Testing
import TraceModel

struct BroadcastTests {
    @Test(.timeLimit(.minutes(1))) func `who stops following and who tells never wait for each other`() async {
        for _ in 0..<2_000 {
            let signal = RevisionSignal()
            let following = Task { for await _ in signal.stream() {} }
            let telling = Task.detached { for revision in 1...30 { signal.send(Int64(revision)) } }
            await Task.yield()
            following.cancel()
            await telling.value
            await following.value
            #expect(signal.value == 30)
        }
    }

    @Test func `the last that a follower hears is the newest, however many told at a time`() async {
        for _ in 0..<200 {
            let sum = Broadcast<Int, Int>(0) { $0 }
            let stream = sum.stream(isFromNow: true)
            await withTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<25 {
                            sum.change {
                                $0 += 1
                                return true
                            }
                        }
                    }
                }
            }
            sum.finish()
            var last = -1
            for await value in stream { last = value }
            #expect(last == 100)
        }
    }

    @Test func `nothing is told where nothing changed, or there is nothing to tell yet`() async {
        let text = Broadcast<String?, String>(nil) { $0 }
        let stream = text.stream(isFromNow: true)
        #expect(!text.change { _ in false })
        text.change {
            $0 = "first"
            return true
        }
        text.finish()
        var heard: [String] = []
        for await value in stream { heard.append(value) }
        #expect(heard == ["first"])
    }
}
