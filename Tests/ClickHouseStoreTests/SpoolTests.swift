import Glibc
import SystemCalls
import Testing
import TraceModel

@testable import ClickHouseStore

@Suite struct SpoolTests {
    @Test func `batches wait in their order, also after a restart, and no other takes them`() throws {
        let folder = try Files.makeTemporaryFolder("fallom-spool")
        defer { try? Files.removeTree(folder) }
        do {
            var spool = try Spool(in: folder, limit: 100)
            for number in 1...3 { #expect(try spool.put([UInt8](repeating: UInt8(number), count: 30))) }
            #expect(try !spool.put([UInt8](repeating: 4, count: 30)))
            var other = try Spool(in: folder, limit: 100)
            #expect(other.count == 0)
            #expect(try other.put([9]))
            #expect(other.path != spool.path)
        }
        var spool = try Spool(in: folder, limit: 100)
        #expect(spool.count == 3 && spool.bytes == 90)
        for number in 1...3 {
            #expect(try spool.oldest().map(\.first) == [UInt8(number)])
            try spool.removeOldest()
        }
        #expect(try spool.oldest() == [])
        #expect(try spool.put([5]))
        #expect(try spool.oldest() == [[5]])
    }

    @Test func `batches come in groups, in their order, within bounds and up to one that cannot be read`() throws {
        let folder = try Files.makeTemporaryFolder("fallom-spool")
        defer { try? Files.removeTree(folder) }
        var spool = try Spool(in: folder, limit: 1000)
        for number in 1...6 { #expect(try spool.put([UInt8](repeating: UInt8(number), count: 10))) }
        func group(_ count: Int, _ bytes: Int64) throws -> [UInt8] {
            try spool.oldest(count, bytes: bytes).map { $0[0] }
        }
        #expect(try group(3, 1000) == [1, 2, 3])
        #expect(try group(9, 1000) == [1, 2, 3, 4, 5, 6])
        #expect(try group(9, 29) == [1, 2])
        #expect(try group(9, 1) == [1])
        try spool.removeOldest(2)
        #expect(try spool.count == 4 && spool.bytes == 40 && group(2, 1000) == [3, 4])
        try Files.remove("\(spool.path)/0000000000000005.batch")
        #expect(try group(9, 1000) == [3, 4])
        spool = try Spool(in: folder, limit: 1000)
        #expect(spool.path.hasSuffix("/1"))
    }

    @Test func `a group is named for what is in it, whoever puts it together`() {
        let stamps = (1...3).map { BatchStamp(collector: 7, time: $0) }
        #expect(BatchStamp.name(of: [stamps[0]]) == "7-1")
        let names = [stamps, [stamps[0], stamps[2]], [stamps[0], stamps[2], stamps[1]], [stamps[0]], [stamps[1]]].map(
            BatchStamp.name)
        #expect(Set(names).count == names.count)
        #expect(BatchStamp.name(of: stamps) == names[0])
    }

    @Test func `a group that is refused is halved till the one at fault stands alone, and grows again`() {
        var group = DrainGroup()
        let whole = group.most
        var counts: [Int] = []
        var count = 9
        while count > 1 {
            let again = group.wasRefused(count, .other)
            #expect(again)
            count = group.most
            counts.append(count)
        }
        #expect(counts == [4, 2, 1])
        for _ in 0..<3 { group.wasTaken() }
        #expect(group.most == 8)
        let (away, late) = (group.wasRefused(8, .away), group.wasRefused(8, .late))
        #expect(!away && !late && group.most == 4)
        for _ in 0..<20 { group.wasTaken() }
        #expect(group.most == whole)
    }

    @Test func `names that nobody gave trap nothing, and a file that somebody removed is told from one that is there`()
        throws
    {
        let folder = try Files.makeTemporaryFolder("fallom-spool")
        defer { try? Files.removeTree(folder) }
        try Files.makeFolders(folder + "/0")
        for name in ["9223372036854775807", "99999999999999999999", "x", ""] {
            _ = try Descriptor.open("\(folder)/0/\(name).batch", for: .creating)
        }
        var spool = try Spool(in: folder, limit: 100)
        #expect(spool.count == 0)
        #expect(try spool.put([1]) && spool.put([2]))
        try Files.remove("\(folder)/0/0000000000000001.batch")
        let error = #expect(throws: FileRefusal.self) { try spool.oldest() }
        #expect(error?.isMissing == true)
        try spool.removeOldest()
        #expect(try spool.oldest() == [[2]])
    }

    @Test func `what is no plain file of the size that was put is refused and not waited for`() throws {
        let folder = try Files.makeTemporaryFolder("fallom-spool")
        defer { try? Files.removeTree(folder) }
        var spool = try Spool(in: folder, limit: 100)
        #expect(try spool.put([1]) && spool.put([2]) && spool.put([3]))
        for (number, make) in [(1, { mkfifo($0, 0o600) }), (2, { mkdir($0, 0o700) })] as [(Int, (String) -> Int32)] {
            let path = "\(folder)/0/000000000000000\(number).batch"
            try Files.remove(path)
            #expect(make(path) == 0)
            #expect(throws: FileRefusal.self) { try spool.oldest() }
            #expect(try spool.setOldestAside() != nil)
        }
        try Descriptor.open("\(folder)/0/0000000000000003.batch", for: .appending).writeAll([4, 5])
        #expect(throws: FileRefusal.self) { try spool.oldest() }
        #expect(try spool.setOldestAside() != nil && spool.count == 0)
        // What a killed process left under the name of what is being written.
        #expect(mkfifo(folder + "/0/new", 0o600) == 0)
        #expect(try spool.put([6]))
        #expect(try spool.oldest() == [[6]])
    }

    @Test func `a batch is the same again`() throws {
        var span = Span(
            key: SpanKey(traceID: "t\tä", spanID: "s'"), parentID: "p", name: "name\n", kind: .llm, dialect: .proxy,
            start: Timestamp(unixNanoseconds: -5), tags: ["a'b", "ü"], toolCalls: ["", "x"])
        span.identity.session = .init(own: "own", resource: nil)
        span.identity.config = .init(own: nil, resource: "resource")
        span.usage = TokenUsage(prompt: 0, completion: 7, cacheWriteHour: 3)
        span.cost = Cost(nanoDollars: 9, isEstimated: true)
        span.metadata = AttributeMap([.init("k", .array([.int(.min), .bytes([0, 255])]))])
        span.context = AttributeMap()
        let payload = SpanPayload(format: .otlpProtobuf, span: [0, 1, 255, 10], surroundings: [9], resource: [92, 39])
        let batch = IngestBatch(
            spans: [IngestedSpan(span: span, payload: payload)],
            contents: [IngestedContent(key: span.key, time: nil, eventName: "e", payload: [0])],
            assignments: [
                RecordedAssignment(
                    configKey: "c", configVersion: 2, sessionID: "s", assignedModel: "m",
                    time: Timestamp(unixNanoseconds: 3))
            ], position: FilePosition(device: .max, inode: 2, offset: 3, path: "/p"))
        var runs = SearchRuns()
        runs.add("What was said, and what's more")
        let ready = SpooledBatch(stamp: BatchStamp(collector: .max, time: 5), batch: batch) { $1 = runs }
        let again = try #require(SpooledBatch(ready.bytes))
        #expect(again.stamp == ready.stamp)
        #expect(again.batch.spans == batch.spans)
        #expect(again.batch.contents == batch.contents)
        #expect(again.batch.assignments == batch.assignments)
        #expect(again.batch.position == batch.position)
        for index in batch.spans.indices {
            #expect(again.tails.runs(index).bytes == runs.bytes)
        }
        let heads = NativeColumns(columns: 0)
        let names = Array(SpanColumns.written.dropFirst(SpanColumns.headCount))
        #expect(
            heads.block(beside: again.tails.columns, names: names)
                == heads.block(beside: ready.tails.columns, names: names))
        #expect(SpooledBatch([]) == nil)
        var late = ready.bytes
        late.replaceSubrange(9..<17, with: [255, 255, 255, 255, 255, 255, 255, 127])
        #expect(SpooledBatch(late) == nil, "numbers are made of the time")
        #expect(SpooledBatch(Array(ready.bytes.dropLast(40))) == nil)
    }
}
