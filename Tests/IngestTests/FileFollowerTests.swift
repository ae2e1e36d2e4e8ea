import Glibc
import Gzip
import SystemCalls
import Testing
import TraceModel

@testable import Ingest

@Suite(.endsHangs) struct `File follower` {
    private func lines(_ ids: ClosedRange<Int>, padding: Int = 0) -> String {
        ids.map { Record.json($0, padding: padding) + "\n" }.joined()
    }

    private func following(
        _ path: String, sink: TestSink = TestSink(), _ body: (Harness, IngestSource) async throws -> Void
    ) async throws {
        try await Harness.run(paths: [path], sink: sink) { harness in try await body(harness, .file(path)) }
    }

    @Test func `what is there and what is appended is read`() async throws {
        let folder = try ScratchFolder()
        folder.write("a.ndjson", lines(1...300))
        try await following(folder.file("a.ndjson")) { harness, source async throws in
            await harness.waitForSpans(300)
            folder.append("a.ndjson", lines(301...400))
            await harness.waitForSpans(400)
            await harness.wait("it rests") { $0[source]?.state == .following }
            let health = harness.counters.health[source]
            #expect(health?.bytes == health?.totalBytes && health?.stored == 400 && health?.rejectedTotal == 0)
        }
    }

    @Test func `a part line waits for its end`() async throws {
        let folder = try ScratchFolder()
        let record = Record.json(2)
        folder.write("a.ndjson", lines(1...1) + record.prefix(40))
        try await following(folder.file("a.ndjson")) { harness, source async throws in
            await harness.wait("it rests") { $0[source]?.state == .following && $0[source]?.stored == 1 }
            folder.append("a.ndjson", String(record.dropFirst(40).prefix(50)))
            folder.append("a.ndjson", String(record.dropFirst(90)) + "\n")
            await harness.waitForSpans(2)
            #expect(harness.counters.health[source]?.rejectedTotal == 0)
        }
    }

    @Test(arguments: ["late.ndjson", "deep/er/late.ndjson"])
    func `a file that appears later is read`(name: String) async throws {
        let folder = try ScratchFolder()
        try await following(folder.file(name)) { harness, source async throws in
            await harness.wait("it waits") { $0[source]?.state == .waiting }
            if name.contains("/") {
                folder.makeFolder("deep")
                folder.makeFolder("deep/er")
            }
            folder.write(name, lines(1...10))
            await harness.waitForSpans(10)
            folder.append(name, lines(11...20))
            await harness.waitForSpans(20)
        }
    }

    @Test func `a file cut shorter is read anew`() async throws {
        let folder = try ScratchFolder()
        folder.write("a.ndjson", lines(1...50))
        try await following(folder.file("a.ndjson")) { harness, _ async throws in
            await harness.waitForSpans(50)
            folder.write("a.ndjson", lines(51...53))
            await harness.waitForSpans(53)
            folder.append("a.ndjson", lines(54...60))
            await harness.waitForSpans(60)
        }
    }

    @Test func `a file cut and written to more than before is read anew`() async throws {
        let folder = try ScratchFolder()
        folder.write("a.ndjson", lines(1...2))
        try await following(folder.file("a.ndjson")) { harness, _ async throws in
            await harness.waitForSpans(2)
            folder.write("a.ndjson", lines(101...120))
            await harness.waitForSpans(22)
        }
    }

    @Test func `rotation reads the old file to its end, then the new`() async throws {
        let folder = try ScratchFolder()
        folder.write("a.ndjson", lines(1...10))
        try await following(folder.file("a.ndjson")) { harness, source async throws in
            await harness.waitForSpans(10)
            let descriptor = open(folder.file("a.ndjson"), O_WRONLY | O_APPEND)
            folder.move("a.ndjson", to: "a.ndjson.1")
            folder.write("a.ndjson", lines(21...25))
            await harness.waitForSpans(15)
            // The old writer has not noticed yet.
            let late = Array(lines(11...20).utf8)
            #expect(write(descriptor, late, late.count) == late.count)
            close(descriptor)
            await harness.waitForSpans(25)
            folder.append("a.ndjson", lines(26...30))
            await harness.waitForSpans(30)
            #expect(harness.counters.health[source]?.rejectedTotal == 0)
            #expect(harness.counters.health[source]?.replaced == 0)
        }
    }

    @Test func `all span files of a folder are read, and new ones, under whatever name`() async throws {
        let folder = try ScratchFolder()
        folder.write("a.ndjson", lines(1...5))
        folder.write("b.jsonl", lines(6...10))
        folder.write("c.jsonl.gz", try deflated(Array(lines(11...15).utf8)))
        folder.write("notes.txt", "nothing")
        folder.write(".hidden.ndjson", lines(900...901))
        folder.makeFolder("sub.ndjson")
        try await following(folder.path) { harness, source async throws in
            await harness.waitForSpans(15)
            folder.write("d.ndjson", lines(16...20))
            await harness.waitForSpans(20)
            folder.move("a.ndjson", to: "z.ndjson")
            folder.append("z.ndjson", lines(21...25))
            await harness.waitForSpans(25)
            folder.write("tmp", lines(26...30))
            folder.move("tmp", to: "e.jsonl")
            await harness.waitForSpans(30)
            #expect(harness.sink.keys.count == 30)
            #expect(harness.counters.health[source]?.replaced == 0)
        }
    }

    @Test func `a folder that is removed and made again is followed`() async throws {
        let folder = try ScratchFolder()
        folder.makeFolder("logs")
        folder.write("logs/a.ndjson", lines(1...5))
        try await following(folder.file("logs")) { harness, _ async throws in
            await harness.waitForSpans(5)
            folder.move("logs", to: "old")
            folder.makeFolder("logs")
            folder.write("logs/b.ndjson", lines(6...9))
            await harness.waitForSpans(9)
        }
    }

    @Test func `reading goes on where it was committed`() async throws {
        let folder = try ScratchFolder()
        let sink = TestSink()
        folder.write("a.ndjson", lines(1...100) + Record.json(101).prefix(30))
        try await following(folder.file("a.ndjson"), sink: sink) { harness, _ in await harness.waitForSpans(100) }
        #expect(sink.positions.first?.offset == Int64(lines(1...100).utf8.count))
        folder.append("a.ndjson", Record.json(101).dropFirst(30) + "\n" + lines(102...110))
        try await following(folder.file("a.ndjson"), sink: sink) { harness, source async throws in
            await harness.waitForSpans(110)
            #expect(harness.counters.health[source]?.received == 10)
            #expect(harness.counters.health[source]?.rejectedTotal == 0)
        }
    }

    @Test func `a file rotated while nobody followed is read to its end`() async throws {
        let folder = try ScratchFolder()
        let sink = TestSink()
        folder.write("a.ndjson", lines(1...10))
        try await following(folder.file("a.ndjson"), sink: sink) { harness, _ in await harness.waitForSpans(10) }
        folder.append("a.ndjson", lines(11...20))
        folder.move("a.ndjson", to: "a.ndjson.1")
        folder.write("a.ndjson", lines(21...30))
        folder.write("a.ndjson.bak", lines(800...810))
        try await following(folder.file("a.ndjson"), sink: sink) { harness, source async throws in
            await harness.waitForSpans(30)
            #expect(harness.counters.health[source]?.received == 20)
            #expect(harness.sink.keys.count == 30)
        }
    }

    @Test func `another file under the old inode begins at its start`() async throws {
        let folder = try ScratchFolder()
        let sink = TestSink()
        folder.write("a.ndjson", lines(1...10))
        try await following(folder.file("a.ndjson"), sink: sink) { harness, _ in await harness.waitForSpans(10) }
        folder.write("a.ndjson", lines(201...240, padding: 7))
        try await following(folder.file("a.ndjson"), sink: sink) { harness, _ in await harness.waitForSpans(50) }
    }

    @Test func `what the store refuses is tried again`() async throws {
        let folder = try ScratchFolder()
        let sink = TestSink()
        sink.fail(3)
        folder.write("a.ndjson", lines(1...500))
        try await following(folder.file("a.ndjson"), sink: sink) { harness, source async throws in
            await harness.waitForSpans(500)
            #expect(harness.counters.health[source]?.lastError?.contains("store") == true)
            #expect(harness.counters.health[source]?.droppedTotal == 0)
        }
    }

    @Test func `how far a file was read is never stored before what was read`() async throws {
        let folder = try ScratchFolder()
        let sink = TestSink()
        sink.fail(1)
        sink.hold()
        let length = Int64(lines(1...1, padding: 500).utf8.count)
        folder.write("a.ndjson", lines(1...900, padding: 500))
        let path = folder.file("a.ndjson")
        // What waits goes in several commits, of which the first fails: the second is on its way by then.
        let queues = BatchWriter.Limits(queueBytes: 1 << 20, commitSpans: 40)
        try await Harness.run(paths: [path], queues: queues, sink: sink) { harness async throws in
            await harness.wait("much waits") { ($0[.file(path)]?.queuedBytes ?? 0) > 200_000 }
            sink.release()
            await harness.waitForSpans(900)
        }
        #expect(sink.progress.count > 3 && sink.progress.last?.offset == 900 * length)
        for (offset, spans) in sink.progress { #expect(Int64(spans) * length >= offset) }
    }

    @Test func `broken lines are named and their neighbours kept`() async throws {
        let folder = try ScratchFolder()
        var bytes = Array("\u{FEFF}".utf8) + Array((Record.json(1) + "\r\n\r\n").utf8)
        bytes += Array("{\"trace_id\":\n".utf8) + [0xFF, 0xC0, 0x0A] + [0x7B, 0x00, 0x7D, 0x0A]
        bytes += [UInt8](repeating: 0x78, count: 5 << 20) + [0x0A]
        bytes += Array((Record.json(2, padding: 2 << 20) + "\n").utf8) + Array(lines(3...3).utf8)
        folder.write("a.ndjson", bytes)
        try await following(folder.file("a.ndjson")) { harness, source async throws in
            await harness.waitForSpans(3)
            await harness.wait("it rests") { $0[source]?.state == .following }
            #expect(harness.counters.health[source]?.rejected == [.undecodable: 3, .tooLong: 1])
        }
    }

    @Test func `a growing gzip file is read as far as it goes, and from a member's border another day`() async throws {
        let folder = try ScratchFolder()
        let sink = TestSink()
        let first = try deflated(Array(lines(1...200).utf8))
        let second = try deflated(Array(lines(201...400).utf8))
        folder.write("a.ndjson.gz", first + second.prefix(second.count / 2))
        try await following(folder.file("a.ndjson.gz"), sink: sink) { harness, source async throws in
            await harness.waitForSpans(200)
            await harness.wait("it rests") { $0[source]?.state == .following }
            #expect(harness.counters.health[source]?.rejectedTotal == 0)
            folder.append("a.ndjson.gz", Array(second.dropFirst(second.count / 2)))
            await harness.waitForSpans(400)
            await harness.wait("the place is committed") { _ in
                sink.positions.first?.offset == Int64(first.count + second.count)
            }
        }
        folder.append("a.ndjson.gz", try deflated(Array(lines(401...410).utf8)))
        try await following(folder.file("a.ndjson.gz"), sink: sink) { harness, source async throws in
            await harness.waitForSpans(410)
            #expect(harness.counters.health[source]?.received == 10)
        }
    }

    @Test func `broken gzip is named, and the other files of the folder are read`() async throws {
        let folder = try ScratchFolder()
        var broken = try deflated(Array(lines(1...50).utf8))
        broken[broken.count / 2] ^= 0xFF
        folder.write("a.gz", broken)
        folder.write("b.ndjson", lines(100...120))
        try await following(folder.path) { harness, source async throws in
            await harness.wait("both are read") {
                $0[source]?.rejected[.compression] == 1 && $0[source]?.state == .following
            }
            // Read is not yet stored.
            let (sink, wanted) = (harness.sink, (100...120).map { Record.hex($0, 16) })
            await harness.wait("all of the other file is stored") { _ in sink.spanIDs.isSuperset(of: wanted) }
        }
    }

    @Test func `a pipe is read to its end`() async throws {
        let folder = try ScratchFolder()
        mkfifo(folder.file("pipe"), 0o600)
        let text = lines(1...100) + Record.json(101)
        try await following(folder.file("pipe")) { harness, source async throws in
            let path = folder.file("pipe")
            try await BlockingThread.run {
                let descriptor = open(path, O_WRONLY)
                _ = write(descriptor, text, text.utf8.count)
                close(descriptor)
            }
            await harness.waitForSpans(101)
            await harness.wait("it is done") { $0[source]?.state == .finished }
        }
    }

    @Test func `what many small files hold is counted together, through growing, cutting and going`() async throws {
        let folder = try ScratchFolder()
        for file in 0..<400 { folder.write("\(file).ndjson", lines((file * 3 + 1)...(file * 3 + 3))) }
        let line = Int64(lines(1...1).utf8.count)
        try await following(folder.path) { harness, source async throws in
            await harness.wait("all is read") { $0[source]?.stored == 1200 && $0[source]?.state == .following }
            #expect(harness.counters.health[source]?.bytes == 1200 * line)
            #expect(harness.counters.health[source]?.totalBytes == 1200 * line)
            folder.append("0.ndjson", lines(2001...2001))
            folder.write("1.ndjson", lines(2002...2002))
            await harness.wait("the changes are read") {
                $0[source]?.stored == 1202 && $0[source]?.state == .following
            }
            // One line more in one file, two fewer in the other.
            await harness.wait("the sums are right") {
                $0[source]?.bytes == 1199 * line && $0[source]?.totalBytes == 1199 * line
            }
        }
    }

    @Test func `files beyond what may be open are told, and read when there is room`() async throws {
        let folder = try ScratchFolder()
        let names = (10..<25).map { "\($0).ndjson" }
        for (index, name) in names.enumerated() { folder.write(name, lines((index * 2 + 1)...(index * 2 + 2))) }
        var files = FileOptions.forTests
        files.mostOpen = 10
        let path = folder.path
        try await Harness.run(paths: [path], files: files) { harness in
            let source = IngestSource.file(path)
            await harness.waitForSpans(20)
            await harness.wait("what is left out is told") {
                guard case .failed(let why) = $0[source]?.state else { return false }
                return why.hasPrefix("5 files are not read: no more than 10 may be open")
            }
            // Four of those that lose their names stay open for their writers.
            for name in names.prefix(9) { folder.move(name, to: "gone-" + name + ".txt") }
            await harness.waitForSpans(30)
            await harness.wait("all is well") { $0[source]?.state == .following }
        }
    }

    @Test func `an exhausted process is told from a file that cannot be read`() {
        #expect(IngestError.system("a file cannot be opened", EMFILE).isShortage)
        #expect(!IngestError.system("a file cannot be opened", EACCES).isShortage)
        #expect(!IngestError.unreadable(path: "a", why: "no").isShortage)
        #expect(DescriptorLimit.forFiles(of: 1024) == 512 && DescriptorLimit.forFiles(of: 100_000) == 98_976)
        #expect(DescriptorLimit.raised() == DescriptorLimit.raised())
    }

    @Test func `each file waits for one turn, in order`() {
        var turns = FollowTurns()
        let all = (0..<10_000).map { FileIdentity(device: 1, inode: $0) }
        for _ in 0..<3 { for identity in all { turns.add(identity) } }
        for identity in all.prefix(9_000) {
            let next = turns.next()
            #expect(next == identity && !turns.contains(identity))
            turns.add(identity)
        }
        var rest: [FileIdentity] = []
        while let next = turns.next() { rest.append(next) }
        #expect(rest == Array(all.suffix(1_000)) + Array(all.prefix(9_000)))
    }

    @Test func `many files take turns`() async throws {
        let folder = try ScratchFolder()
        for file in 0..<40 { folder.write("\(file).ndjson", lines((file * 100 + 1)...(file * 100 + 100))) }
        try await following(folder.path) { harness, source async throws in
            await harness.waitForSpans(4000)
            for file in 0..<40 { folder.append("\(file).ndjson", lines((4001 + file)...(4001 + file))) }
            await harness.waitForSpans(4040)
            #expect(harness.counters.health[source]?.replaced == 0)
        }
    }
}
