import Glibc
import SystemCalls
import Testing

@Suite(.timeLimit(.minutes(1))) struct DescriptorTests {
    @Test func `the descriptor closes with its last holder`() throws {
        var ends: (reading: Descriptor, writing: Descriptor?) = try Descriptor.pipe()
        #expect(fcntl(ends.reading.number, F_GETFD) & FD_CLOEXEC != 0)
        let other = ends.writing
        ends.writing = nil
        #expect(try Descriptor.waitForInput([ends.reading], milliseconds: 0) == [false])
        _ = consume other
        #expect(try ends.reading.read(upTo: 1).isEmpty)
    }

    @Test func `bytes go through a pipe that is full meanwhile`() async throws {
        let (reading, writing) = try Descriptor.pipe()
        #expect(fcntl(writing.number, F_SETFL, O_NONBLOCK) == 0)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        async let written: Void = BlockingThread.run {
            _ = try? writing.writeAll(bytes)
        }
        // A thread of its own too: one that tasks share would wait for the writer's, which may be waiting for it.
        let got = try await BlockingThread.run {
            Result {
                var got: [UInt8] = []
                while got.count < bytes.count { got += try reading.read(upTo: 8192) }
                return got
            }
        }.get()
        try await written
        #expect(got == bytes)
    }

    @Test func `a wait ends when it is woken`() async throws {
        let wake = try WakePipe()
        let (reading, _) = try Descriptor.pipe()
        let keeps = try Descriptor.open("/dev/null", for: .reading)
        wake.wake()
        #expect(try Descriptor.waitForInput([wake.readEnd]) == [true])
        // The writing end is closed: that is news as well.
        #expect(try Descriptor.waitForInput([reading, keeps])[0])
    }

    @Test func `one holds the lock and the other does not`() throws {
        let scratch = try Scratch()
        let first = try Descriptor.open("\(scratch.path)/lock", for: .updating)
        let second = try Descriptor.open("\(scratch.path)/lock", for: .updating)
        #expect(try first.tryLock())
        #expect(try !second.tryLock())
        #expect(try !second.tryLock(.shared))
        first.unlock()
        #expect(try second.tryLock())
    }

    @Test func `a file is made once and not through a link`() throws {
        let scratch = try Scratch()
        #expect(symlink("elsewhere", "\(scratch.path)/a") == 0)
        let error = #expect(throws: SystemError.self) { try Descriptor.open("\(scratch.path)/a", for: .creating) }
        #expect(error?.isTaken == true)
        #expect(!Files.exists("\(scratch.path)/elsewhere"))
    }

    @Test func `a tree goes without what its links lead to`() throws {
        let scratch = try Scratch()
        try Files.makeFolders("\(scratch.path)/tree/a/b")
        try scratch.write("kept", "k")
        try scratch.write("tree/a/file", "f")
        #expect(symlink("..", "\(scratch.path)/tree/up") == 0)
        try Files.removeTree("\(scratch.path)/tree")
        #expect(try Files.names(in: scratch.path) == ["kept"])
    }

    @Test(arguments: [("a/b", "a"), ("/a", "/"), ("a", "."), ("/a/b/c", "/a/b")])
    func `the folder of a path`(_ path: String, _ folder: String) {
        #expect(Files.folder(of: path) == folder)
    }
}

@Suite(.timeLimit(.minutes(1))) struct ChangeEventsTests {
    @Test func `what happens in a folder is told`() throws {
        let scratch = try Scratch()
        let events = try ChangeEvents()
        let watch = try #require(events.watch(scratch.path, for: .names))
        try scratch.write("new", "")
        #expect(try events.wait() == .events)
        var seen: [String] = []
        events.drain { event in
            if event.watch == watch, event.kind.contains(.created) {
                seen.append(String(decoding: event.name, as: UTF8.self))
            }
        }
        #expect(seen == ["new"])
        #expect(try events.wait(milliseconds: 0) == .timeout)
        events.stop()
        #expect(try events.wait() == .stopped)
        #expect(try events.wait() == .stopped)
    }
}
