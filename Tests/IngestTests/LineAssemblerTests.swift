import Testing

@testable import Ingest

@Suite struct `Line assembler` {
    /// Feeds a text in pieces and gives blocks and overlong lines.
    private func feed(_ text: String, pieces size: Int, limit: Int = 1000) -> ([LineBlock], [OverlongLine]) {
        var assembler = LineAssembler(limit: limit)
        var blocks: [LineBlock] = []
        var overlong: [OverlongLine] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let output = assembler.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            if let block = output.block { blocks.append(block) }
            if let line = output.overlong { overlong.append(line) }
        }
        if let block = assembler.finish() { blocks.append(block) }
        return (blocks, overlong)
    }

    @Test(arguments: 1...30)
    func `blocks are whole lines, and nothing is lost between them`(size: Int) {
        let text = "one\ntwo\r\n\n\nthree three three\nfour\n\u{FEFF}five"
        let (blocks, overlong) = feed(text, pieces: size)
        #expect(String(decoding: blocks.flatMap(\.bytes), as: UTF8.self) == text)
        #expect(overlong.isEmpty)
        var offset: Int64 = 0
        var line = 1
        for block in blocks {
            #expect(block.offset == offset && block.firstLine == line)
            offset = block.endOffset
            line += block.bytes.count { $0 == 0x0A }
        }
        for block in blocks.dropLast() { #expect(block.bytes.last == 0x0A) }
    }

    @Test(arguments: 1...30)
    func `a line over the limit is skipped and named, its neighbours kept`(size: Int) {
        let text = "a\n" + String(repeating: "x", count: 200) + "\nb\n" + String(repeating: "y", count: 150)
        let (blocks, overlong) = feed(text, pieces: size, limit: 40)
        #expect(overlong == [OverlongLine(line: 2, offset: 2), OverlongLine(line: 4, offset: 205)])
        #expect(String(decoding: blocks.flatMap(\.bytes), as: UTF8.self) == "a\nb\n")
        #expect(blocks.last?.firstLine == 3 || blocks.last?.firstLine == 1)
    }

    @Test func `a line exactly at the limit is kept`() {
        let text = String(repeating: "x", count: 40) + "\n"
        #expect(feed(text, pieces: 7, limit: 40).1.isEmpty)
    }
}
