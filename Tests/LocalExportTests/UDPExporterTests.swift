import Glibc
import LocalExport
import SpanCodec
import Testing

@Suite struct UDPExporterTests {
    @Test func `every record is one datagram, in order`() async throws {
        let listener = try Listener()
        let exporter = try UDPExporter(host: "127.0.0.1", port: listener.port)
        for number in 0..<500 { exporter.export(record(number)) }
        await exporter.flush()
        for number in 0..<500 { #expect(listener.next().flatMap(index) == number) }
        #expect(exporter.counters.delivered == 500)
        #expect(exporter.counters.queued == 0)
        await exporter.shutdown()
    }

    @Test func `a start record goes out too`() async throws {
        let listener = try Listener()
        let exporter = try UDPExporter(host: "localhost", port: listener.port)
        exporter.export(record(1, isRunning: true))
        await exporter.shutdown()
        let text = String(decoding: try #require(listener.next()), as: UTF8.self)
        #expect(!text.contains("end_time"))
        #expect(text.contains("start_time"))
    }

    @Test(arguments: [64_000, 65_000, 65_507, 70_000, 1_000_000])
    func `what fits no datagram is spilled into a private file and announced by its name`(padding: Int) async throws {
        let listener = try Listener()
        let folder = try TemporaryFolder()
        let options = UDPExporter.Options(spillFolder: folder.path + "/parent/spill")
        let exporter = try UDPExporter(host: "127.0.0.1", port: listener.port, options: options)
        let large = record(7, padding: padding)
        exporter.export(record(6))
        exporter.export(large)
        exporter.export(record(8))
        await exporter.flush()
        #expect(listener.next().flatMap(index) == 6)
        let datagram = try #require(listener.next())
        #expect(listener.next().flatMap(index) == 8)
        if large.encoded().count <= 65_507 {
            #expect(datagram == large.encoded())
            #expect(exporter.counters.spilled == 0)
        } else {
            guard case .spilled(let envelope) = SpillEnvelope.read(datagram) else {
                Issue.record("no envelope")
                return
            }
            let path = folder.path + "/parent/spill/" + envelope.fileName
            #expect(index(TemporaryFolder.bytes(path)) == 7)
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
            #expect(stat(folder.path + "/parent/spill", &status) == 0 && status.st_mode & 0o777 == 0o700)
            #expect(exporter.counters.spilled == 1)
        }
        #expect(exporter.counters.delivered == 3)
    }

    @Test func `a spill file that nobody would read is removed`() async throws {
        let port = try Listener().port
        let folder = try TemporaryFolder()
        let options = UDPExporter.Options(spillFolder: folder.path + "/spill")
        let exporter = try UDPExporter(host: "127.0.0.1", port: port, options: options)
        exporter.export(record(1, padding: 100_000))
        await exporter.flush()
        #expect(TemporaryFolder.bytes(folder.path + "/spill").isEmpty)
        #expect(folder.names == ["spill"])
        #expect(exporter.counters.unheard == 1)
    }

    @Test func `a folder that others may enter is refused, and the span counted`() async throws {
        let listener = try Listener()
        let folder = try TemporaryFolder()
        mkdir(folder.path + "/spill", 0o755)
        chmod(folder.path + "/spill", 0o755)
        let options = UDPExporter.Options(spillFolder: folder.path + "/spill")
        let exporter = try UDPExporter(host: "127.0.0.1", port: listener.port, options: options)
        exporter.export(record(1, padding: 100_000))
        exporter.export(record(2))
        await exporter.flush()
        #expect(exporter.counters.failed == 1)
        #expect(exporter.counters.lastFailure?.contains("0700") == true)
        #expect(listener.next().flatMap(index) == 2)
    }

    @Test func `with nobody listening nothing fails and nothing waits`() async throws {
        let port = try Listener().port
        let exporter = try UDPExporter(host: "127.0.0.1", port: port)
        for number in 0..<300 { exporter.export(record(number)) }
        await exporter.flush()
        let counters = exporter.counters
        #expect(counters.queued == 0)
        #expect(counters.unheard > 0)
        await exporter.shutdown()
    }

    @Test func `a full queue drops the newest and counts them`() async throws {
        let listener = try Listener()
        let exporter = try UDPExporter(host: "127.0.0.1", port: listener.port, options: .init(queueCapacity: 4))
        for number in 0..<20_000 { exporter.export(record(number, padding: 2000)) }
        await exporter.flush()
        let counters = exporter.counters
        #expect(counters.accepted + counters.droppedQueueFull == 20_000)
        #expect(counters.droppedQueueFull > 0)
        #expect(counters.delivered == counters.accepted)
        #expect(listener.next().flatMap(index) == 0)
    }

    @Test func `after a shutdown records are refused and counted`() async throws {
        let listener = try Listener()
        let exporter = try UDPExporter(host: "127.0.0.1", port: listener.port)
        exporter.export(record(1))
        await exporter.shutdown()
        await exporter.shutdown()
        exporter.export(record(2))
        await exporter.flush()
        #expect(exporter.counters.droppedAfterShutdown == 1)
        #expect(exporter.counters.delivered == 1)
    }

    @Test func `many tasks at once lose nothing`() async throws {
        let listener = try Listener()
        let exporter = try UDPExporter(host: "127.0.0.1", port: listener.port)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<50 {
                group.addTask { for number in 0..<40 { exporter.export(record(task * 40 + number)) } }
            }
        }
        await exporter.flush()
        var seen: Set<Int> = []
        for _ in 0..<2000 { if let number = listener.next().flatMap(index) { seen.insert(number) } }
        #expect(seen.count == 2000)
        // Nobody gives a receipt for a datagram, and the counters claim none.
        #expect(exporter.counters.delivered == 2000 && exporter.counters.unacknowledged == 2000)
    }

    @Test(arguments: ["192.0.2.1", "example.com", "0.0.0.0", "::", "", "127.0.0.1 "])
    func `an address that is not this machine's is refused`(host: String) {
        #expect(throws: LocalExportError.self) { try UDPExporter(host: host, port: 4319) }
    }

    @Test(arguments: [0, -1, 65_536]) func `a port out of range is refused`(port: Int) {
        #expect(throws: LocalExportError.self) { try UDPExporter(host: "127.0.0.1", port: port) }
    }
}
