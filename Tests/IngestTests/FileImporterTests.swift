import Glibc
import Gzip
import Synchronization
import Testing
import TraceModel

@testable import Ingest

@Suite struct `File importer` {
    private func importing(_ paths: [String], sink: TestSink = TestSink()) async throws -> [ImportReport] {
        try await FileImporter(into: sink, options: .forTests).run(paths)
    }

    @Test func `good spans are stored and each bad line is named`() async throws {
        let folder = try ScratchFolder()
        var bytes = Array((Record.json(1) + "\n\n").utf8) + Array("{cut\n".utf8) + [0xFF, 0x0A]
        bytes += Array((Record.json(2) + "\r\n").utf8) + [0x7B, 0x00, 0x7D, 0x0A]
        bytes += [UInt8](repeating: 0x20, count: 5 << 20) + Array("x\n".utf8)
        bytes += Array(Record.json(3).replacing("\"OK\"", with: "17").utf8) + [0x0A]
        bytes += Array(Record.json(4).utf8)
        folder.write("a.ndjson", bytes)
        let sink = TestSink()
        let reports = try await importing([folder.file("a.ndjson")], sink: sink)
        let report = try #require(reports.first)
        #expect(sink.spanIDs == Set([1, 2, 4].map { Record.hex($0, 16) }))
        #expect(report.read == 3 && report.stored == 3 && report.replaced == 0 && report.lines == 8)
        #expect(report.rejections.map(\.line) == [3, 4, 6, 7, 8])
        #expect(report.rejected == 5 && report.failure == nil && !report.isClean)
        #expect(report.rejections.last?.field == "status")
        #expect(report.rejections[3].reason.contains("longer than"))
        #expect(report.rejections[0].description.hasPrefix("\(folder.file("a.ndjson")):3: "))
    }

    @Test func `sending twice stores once`() async throws {
        let folder = try ScratchFolder()
        folder.write("a.ndjson", (1...1000).map { Record.json($0) }.joined(separator: "\n"))
        let sink = TestSink()
        #expect(try await importing([folder.file("a.ndjson")], sink: sink).first?.stored == 1000)
        let again = try await importing([folder.file("a.ndjson")], sink: sink).first
        #expect(again?.stored == 0 && again?.replaced == 1000 && again?.isClean == true)
    }

    @Test func `an empty file is clean, a missing one and a folder without spans are told apart`() async throws {
        let folder = try ScratchFolder()
        folder.write("empty.ndjson", "")
        folder.makeFolder("none")
        let paths = [folder.file("empty.ndjson"), folder.file("missing"), folder.file("none")]
        let reports = try await importing(paths)
        #expect(reports.count == 2)
        #expect(reports[0].isClean && reports[0].read == 0)
        #expect(reports[1].failure?.contains("missing") == true)
    }

    @Test func `a folder that has other files alone is told what it has`() async throws {
        let folder = try ScratchFolder()
        folder.makeFolder("logs")
        folder.write("logs/spans.json", "{}")
        let reports = try await importing([folder.file("logs")])
        #expect(reports.count == 1)
        #expect(reports.first?.failure?.contains("it has spans.json") == true)
    }

    @Test func `a file that is no text is one message`() async throws {
        let folder = try ScratchFolder()
        let noise = (0..<50_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) & 0x3F }
        folder.write("picture", noise)
        folder.write("utf16", [0xFF, 0xFE, 0x7B, 0x00, 0x0A, 0x00])
        let reports = try await importing([folder.file("picture"), folder.file("utf16")])
        #expect(reports.map(\.rejected) == [1, 1])
        #expect(reports[0].rejections.first?.reason.contains("not text") == true)
        #expect(reports[1].rejections.first?.reason.contains("UTF-16") == true)
    }

    @Test func `gzip is read, a cut one as far as it goes`() async throws {
        let folder = try ScratchFolder()
        let whole = try deflated(Array((1...500).map { Record.json($0) + "\n" }.joined().utf8))
        folder.write("whole.gz", whole)
        folder.write("cut.gz", Array(whole.dropLast(20)))
        let reports = try await importing([folder.file("whole.gz"), folder.file("cut.gz")])
        #expect(reports[0].isClean && reports[0].stored == 500)
        #expect(reports[1].failure?.contains("cut off") == true && reports[1].replaced > 400)
    }

    @Test func `a span of 2 MB arrives whole`() async throws {
        let folder = try ScratchFolder()
        folder.write("a.ndjson", Record.json(1, padding: 2 << 20))
        let sink = TestSink()
        #expect(try await importing([folder.file("a.ndjson")], sink: sink).first?.isClean == true)
        #expect(sink.payloadSizes.first.map { $0 >= 2 << 20 } == true)
    }

    @Test func `a file of one JSON value over many lines is read as a whole`() async throws {
        let folder = try ScratchFolder()
        folder.write("pretty.json", "[\n" + (1...20).map { Record.json($0) }.joined(separator: ",\n") + "\n]\n")
        let report = try await importing([folder.file("pretty.json")]).first
        #expect(report?.stored == 20 && report?.isClean == true)
    }

    @Test func `a foreign file over many lines is refused once, with its shape`() async throws {
        let folder = try ScratchFolder()
        let foreign = #"{"data": [{"traceID": "1", "spans": []}], "total": 3}"#
        for (name, text) in [("object", foreign), ("list", "[\(foreign), \(foreign), 7]")] {
            folder.write(name + ".json", text.replacing(", ", with: ",\n  "))
            let report = try #require(try await importing([folder.file(name + ".json")]).first)
            #expect(report.rejected == 1 && report.lines == 1)
            #expect(report.rejections.first?.reason.hasSuffix("an object of data, total") == true)
        }
        #expect(
            try await importing([folder.file("list.json")]).first?.rejections.first?.reason.contains("a list of 3")
                == true)
    }

    @Test func `good spans of a file over many lines are kept beside bad ones`() async throws {
        let folder = try ScratchFolder()
        folder.write("mixed.json", "[\n" + Record.json(1) + ",\n{\"trace_id\":\"a\"},\n" + Record.json(2) + "\n]\n")
        let report = try #require(try await importing([folder.file("mixed.json")]).first)
        #expect(report.stored == 2 && report.rejected == 1)
    }

    @Test func `what is refused is kept to a limit and counted beyond it`() async throws {
        let folder = try ScratchFolder()
        folder.write("a.ndjson", String(repeating: "{]\n", count: 5000))
        let importer = FileImporter(into: TestSink(), options: .forTests, rejectionsKept: 10)
        let report = try await importer.run([folder.file("a.ndjson")]).first
        #expect(report?.rejected == 5000 && report?.rejections.count == 10)
    }

    @Test func `a failing store ends the import with its words`() async throws {
        let folder = try ScratchFolder()
        folder.write("a.ndjson", (1...5000).map { Record.json($0) }.joined(separator: "\n"))
        let sink = TestSink()
        sink.fail(1)
        await #expect(throws: IngestError.self) { _ = try await importing([folder.file("a.ndjson")], sink: sink) }
    }

    @Test func `progress reaches the end`() async throws {
        let folder = try ScratchFolder()
        let text = (1...2000).map { Record.json($0) + "\n" }.joined()
        folder.write("a.ndjson", text)
        folder.write("b.ndjson", text)
        let seen = Mutex<[ImportProgress]>([])
        let paths = [folder.file("a.ndjson"), folder.file("b.ndjson")]
        _ = try await FileImporter(into: TestSink(), options: .forTests).run(paths) { step in
            seen.withLock { $0.append(step) }
        }
        let steps = seen.withLock { $0 }
        #expect(steps.map(\.bytesRead) == steps.map(\.bytesRead).sorted())
        #expect(steps.last?.bytesRead == Int64(text.utf8.count * 2) && steps.last?.totalBytes == steps.last?.bytesRead)
        #expect(steps.last?.spans == 4000)
    }
}
