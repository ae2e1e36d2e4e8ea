import Testing

@testable import ClickHouseStore

@Suite struct ServerRowsTests {
    @Test func `whatever is written is read again`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let blob = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let texts = ["it's", "", "a\\b", "tab\tline\nnul\0", "größe", "[,]"].shuffled(using: &generator)
            var rows = TabRows()
            rows.add(blob: blob)
            rows.add(texts[0])
            rows.add(nil as String?)
            rows.add(Int64.min)
            rows.add(texts: texts)
            rows.add(UInt64.max)
            rows.end()
            #expect(String(validating: rows.bytes, as: UTF8.self) != nil)
            let row = ServerRows(written: rows.bytes).first
            #expect(row?.optionalBytes(0) == blob)
            #expect(row?.text(1) == texts[0])
            #expect(row?.optionalText(2) == nil)
            #expect(row?.optionalInt(3) == .min)
            #expect(row?.texts(4) == texts)
            #expect(row?.word(5) == .max)
        }
    }

    @Test(arguments: [
        "", "1\t2\n", "1\t2\n\0END", "1\t2\n\0EN\n", "1\tCode: 241. DB::Exception: Memory limit exceeded\n",
    ]) func `an answer without its mark is not whole`(answer: String) {
        #expect(ServerRows(Array(answer.utf8)) == nil)
    }

    @Test func `an answer with its mark is`() {
        let rows = ServerRows(Array("1\t[3,4]\n\\N\t[]\n\0END\n".utf8))
        #expect(rows?.count == 2)
        #expect(rows?.first?.ints(1) == [3, 4])
        #expect(rows?.all.map { $0.optionalInt(0) } == [1, nil])
        #expect(ServerRows(Array("\0END\n".utf8))?.count == 0)
    }

    @Test func `nothing in a literal ends it`() {
        #expect(SQLText.literal("a'b\\c\0") == "'a\\'b\\\\c\\0'")
    }
}
