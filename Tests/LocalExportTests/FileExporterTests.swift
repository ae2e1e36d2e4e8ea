import Glibc
import LocalExport
import SpanCodec
import Testing

@Suite struct FileExporterTests {
    @Test func `every record is one line, in order, for this user alone`() async throws {
        let folder = try TemporaryFolder()
        let exporter = try FileExporter(path: folder.path + "/spans.ndjson")
        for number in 0..<200 { exporter.export(record(number)) }
        await exporter.shutdown()
        #expect(folder.lines("spans.ndjson").map { index(Array($0.utf8)) } == Array(0..<200))
        var status = stat()
        #expect(stat(folder.path + "/spans.ndjson", &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(exporter.counters.delivered == 200)
    }

    @Test func `several writers append whole lines, however long`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/spans.ndjson"
        let exporters = try (0..<4).map { _ in try FileExporter(path: path) }
        await withTaskGroup(of: Void.self) { group in
            for (place, exporter) in exporters.enumerated() {
                group.addTask {
                    for number in 0..<100 { exporter.export(record(place * 100 + number, padding: 20_000)) }
                    await exporter.shutdown()
                }
            }
        }
        let numbers = folder.lines("spans.ndjson").compactMap { index(Array($0.utf8)) }
        #expect(numbers.sorted() == Array(0..<400))
    }

    @Test func `a full file is renamed, and only so many are kept`() async throws {
        let folder = try TemporaryFolder()
        let options = FileExporter.Options(rotationBytes: 2000, keptFiles: 2)
        let exporter = try FileExporter(path: folder.path + "/spans.ndjson", options: options)
        for number in 0..<10 {
            exporter.export(record(number, padding: 1000))
            await exporter.flush()
        }
        await exporter.shutdown()
        #expect(folder.names == ["spans.ndjson", "spans.ndjson.1", "spans.ndjson.2"])
        let last = folder.names.reversed().flatMap { name in folder.lines(name).compactMap { index(Array($0.utf8)) } }
        #expect(last == [7, 8, 9])
    }

    @Test func `writers that rotate the same file lose nothing`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/spans.ndjson"
        let options = FileExporter.Options(rotationBytes: 20_000, keptFiles: 500)
        let exporters = try (0..<3).map { _ in try FileExporter(path: path, options: options) }
        await withTaskGroup(of: Void.self) { group in
            for (place, exporter) in exporters.enumerated() {
                group.addTask {
                    for number in 0..<100 {
                        exporter.export(record(place * 100 + number, padding: 1000))
                        if number % 7 == 0 { await exporter.flush() }
                    }
                    await exporter.shutdown()
                }
            }
        }
        let numbers = folder.names.flatMap { name in folder.lines(name).compactMap { index(Array($0.utf8)) } }
        #expect(numbers.sorted() == Array(0..<300))
        #expect(folder.names.count > 3)
    }

    @Test func `a half line that a killed process left is ended first`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/spans.ndjson"
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        write(descriptor, "{\"half", 6)
        close(descriptor)
        let exporter = try FileExporter(path: path)
        exporter.export(record(3))
        await exporter.shutdown()
        let lines = folder.lines("spans.ndjson")
        #expect(lines.count == 2)
        #expect(lines.first == "{\"half")
        #expect(lines.last.flatMap { index(Array($0.utf8)) } == 3)
    }

    @Test func `a file taken away is made anew`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/spans.ndjson"
        let exporter = try FileExporter(path: path)
        exporter.export(record(1))
        await exporter.flush()
        unlink(path)
        exporter.export(record(2))
        await exporter.shutdown()
        #expect(folder.lines("spans.ndjson").compactMap { index(Array($0.utf8)) } == [2])
    }

    @Test func `a disk without room costs the records, never half a line`() async throws {
        let exporter = try FileExporter(path: "/dev/full")
        exporter.export(record(1))
        await exporter.flush()
        #expect(exporter.counters.failed == 1)
        #expect(exporter.counters.lastFailure?.contains("/dev/full") == true)
    }

    @Test func `a path that cannot be opened is an error with its name`() {
        let error = #expect(throws: LocalExportError.self) { try FileExporter(path: "/no such folder/spans.ndjson") }
        #expect(error?.description.contains("/no such folder/spans.ndjson") == true)
        #expect(error?.code == .path)
    }
}
