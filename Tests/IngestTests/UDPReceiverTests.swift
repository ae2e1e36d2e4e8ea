import Glibc
import SpanCodec
import Testing
import TraceModel

@testable import Ingest

@Suite(.endsHangs) struct `UDP receiver` {
    private func withReceiver(
        _ change: (inout UDPOptions) -> Void = { _ in },
        _ body: (Harness, DatagramSender, ScratchFolder) async throws -> Void
    ) async throws {
        let folder = try ScratchFolder()
        var options = UDPOptions(port: 0, spillFolder: folder.file("spill"))
        change(&options)
        try await Harness.run(udp: options) { harness in
            try await body(harness, try DatagramSender(port: harness.udpPort), folder)
        }
    }

    @Test func `each datagram is a record`() async throws {
        try await withReceiver { harness, sender, _ async throws in
            for id in 1...500 { sender.send(Record.json(id)) }
            await harness.waitForSpans(500)
            let health = harness.counters.health[.udp]
            #expect(health?.received == 500 && health?.droppedTotal == 0 && health?.rejectedTotal == 0)
            #expect((health?.receiveBuffer ?? 0) > 0)
        }
    }

    @Test func `bad datagrams are counted and the rest kept`() async throws {
        try await withReceiver { harness, sender, _ async throws in
            sender.send("{")
            sender.send([0xFF, 0xFE, 0x00])
            sender.send(#"{"fallom_spill":"../../etc/passwd"}"#)
            sender.send(#"{"fallom_spill":"00000000000000000000000000000000"}"#)
            sender.send(Record.json(1))
            await harness.wait("all are seen") {
                let health = $0[.udp]
                return health?.rejected == [.undecodable: 2, .spill: 2] && health?.stored == 1
            }
        }
    }

    @Test func `an empty datagram is nothing`() async throws {
        try await withReceiver { harness, sender, _ async throws in
            sender.send([])
            sender.send(Record.json(1))
            await harness.waitForSpans(1)
            #expect(harness.counters.health[.udp]?.rejectedTotal == 0)
        }
    }

    @Test func `the largest datagram fits`() async throws {
        try await withReceiver { harness, sender, _ async throws in
            let empty = Record.json(1, padding: 1).utf8.count - 1
            sender.send(Record.json(1, padding: SpillEnvelope.largestDatagram - empty))
            await harness.waitForSpans(1)
        }
    }

    @Test func `a spilled span of 2 MB is read, stored, and its file removed`() async throws {
        try await withReceiver { harness, sender, folder async throws in
            let envelope = SpillEnvelope(randomBits: 1, 2)
            let record = Record.json(1, padding: 2 << 20)
            folder.write("spill/" + envelope.fileName, record)
            sender.send(envelope.encoded())
            await harness.wait("it is stored") { $0[.udp]?.stored == 1 }
            #expect(harness.sink.payloadSizes.first.map { $0 >= 2 << 20 } == true)
            sender.send(Record.json(2))
            await harness.waitForSpans(2)
            #expect(!folder.has("spill/" + envelope.fileName))
        }
    }

    @Test func `a spill file stays while its span is not stored`() async throws {
        try await withReceiver { harness, sender, folder async throws in
            let envelope = SpillEnvelope(randomBits: 1, 2)
            folder.write("spill/" + envelope.fileName, Record.json(1))
            harness.sink.fail(1)
            sender.send(envelope.encoded())
            await harness.wait("it is dropped") { $0[.udp]?.dropped[.storeFailed] == 1 }
            #expect(folder.has("spill/" + envelope.fileName))
        }
    }

    @Test func `a spill file must be a plain file in a private folder`() async throws {
        let folder = try ScratchFolder()
        let envelope = SpillEnvelope(randomBits: 7, 7)
        let reader = SpillReader(folder: folder.file("spill"))
        #expect(throws: SpillReader.Failure.self) { try reader.read(envelope) }
        reader.prepare()
        #expect(throws: SpillReader.Failure.self) { try reader.read(envelope) }
        folder.write("secret", "s")
        symlink(folder.file("secret"), folder.file("spill/" + envelope.fileName))
        #expect(throws: SpillReader.Failure.self) { try reader.read(envelope) }
        unlink(folder.file("spill/" + envelope.fileName))
        mkfifo(folder.file("spill/" + envelope.fileName), 0o600)
        #expect(throws: SpillReader.Failure.self) { try reader.read(envelope) }
        unlink(folder.file("spill/" + envelope.fileName))
        folder.write("spill/" + envelope.fileName, "x")
        #expect(try reader.read(envelope) == [0x78])
        chmod(folder.file("spill"), 0o755)
        #expect(throws: SpillReader.Failure.self) { try reader.read(envelope) }
    }

    @Test func `spill files whose datagrams were lost are read at the start, fresh ones are left`() async throws {
        let folder = try ScratchFolder()
        folder.makeFolder("spill")
        let old = SpillEnvelope(randomBits: 1, 1)
        let fresh = SpillEnvelope(randomBits: 2, 2)
        folder.write("spill/" + old.fileName, Record.json(1))
        folder.write("spill/" + fresh.fileName, Record.json(2))
        // However long this test waits for its turn, the one stays old and the other fresh.
        let ages = [(old, 1000), (fresh, Int(Int32.max))]
        for (envelope, seconds) in ages {
            var times = [timeval(tv_sec: seconds, tv_usec: 0), timeval(tv_sec: seconds, tv_usec: 0)]
            utimes(folder.file("spill/" + envelope.fileName), &times)
        }
        try await Harness.run(udp: UDPOptions(port: 0, spillFolder: folder.file("spill"))) { harness in
            await harness.waitForSpans(1)
            #expect(harness.sink.spanIDs == [Record.hex(1, 16)])
        }
        #expect(!folder.has("spill/" + old.fileName) && folder.has("spill/" + fresh.fileName))
    }

    @Test func `what does not fit the queue is dropped and counted`() async throws {
        try await withReceiver({ $0.queueBytes = 100_000 }) { harness, sender, _ async throws in
            harness.sink.hold()
            // The writer's queue and the datagrams' fill up behind the store.
            let total = 60_000
            for id in 1...total {
                sender.send(Record.json(id))
                if id % 200 == 0 {
                    let sent = Int64(id * Record.json(id).utf8.count) - 80_000
                    await harness.wait("the socket is read") { ($0[.udp]?.bytes ?? 0) >= sent }
                }
                if (harness.counters.health[.udp]?.droppedTotal ?? 0) > 0 { break }
            }
            await harness.wait("drops are counted") { ($0[.udp]?.dropped[.queueFull] ?? 0) > 0 }
            harness.sink.release()
        }
    }

    @Test(arguments: ["0.0.0.0", "192.168.0.1", "example.com", ""])
    func `it listens on loopback only`(host: String) async throws {
        try await Harness.run(udp: UDPOptions(host: host, port: 0)) { harness in
            guard case .failed(let why) = harness.counters.health[.udp]?.state else {
                Issue.record("it listens on \(host)")
                return
            }
            #expect(why.contains("loopback"))
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost", "127.0.0.2"])
    func `loopback has many names`(host: String) async throws {
        try await Harness.run(udp: UDPOptions(host: host, port: 0)) { harness in
            #expect(harness.udpPort > 0)
        }
    }

    @Test func `a port of another process is said`() async throws {
        try await withReceiver { harness, _, _ async throws in
            try await Harness.run(udp: UDPOptions(port: harness.udpPort)) { second in
                #expect(second.counters.health[.udp]?.state == .portTaken(address: "127.0.0.1:\(harness.udpPort)"))
            }
        }
    }
}
