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

    @Test func `columns are as the server reads them`() {
        func rows(_ count: Int) -> NativeColumns {
            var columns = NativeColumns(columns: 6)
            for row in 0..<count {
                columns.add(text: row == 0 ? "aé" : "")
                columns.add(optionalText: row == 0 ? nil : "b")
                columns.add(texts: row == 0 ? ["c", ""] : ["d"])
                columns.add(optionalInt64: row == 0 ? -2 : nil)
                columns.add(blob: [UInt8](repeating: 7, count: row == 0 ? 130 : 0))
                columns.add(word128: UInt128(row) << 64)
                columns.end()
            }
            return columns
        }
        func name(_ letter: String, _ type: String) -> [UInt8] {
            var bytes: [UInt8] = [1]
            bytes += Array(letter.utf8)
            bytes.append(UInt8(type.utf8.count))
            bytes += Array(type.utf8)
            return bytes
        }
        func numbers(_ all: UInt8...) -> [UInt8] { all.flatMap { [$0, 0, 0, 0, 0, 0, 0, 0] as [UInt8] } }
        var expected: [UInt8] = [6, 2]
        expected += name("a", "String")
        expected += [3, 0x61, 0xC3, 0xA9, 0] as [UInt8]
        expected += name("b", "Nullable(String)")
        expected += [1, 0, 0, 1, 0x62] as [UInt8]
        expected += name("c", "Array(String)")
        expected += numbers(2, 3)
        expected += [1, 0x63, 0, 1, 0x64] as [UInt8]
        expected += name("d", "Nullable(Int64)")
        expected += [0, 1, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] as [UInt8]
        expected += numbers(0)
        expected += name("e", "String")
        expected += [0x82, 0x01] as [UInt8]
        expected += [UInt8](repeating: 7, count: 130)
        expected.append(0)
        expected += name("f", "UInt128")
        expected += numbers(0, 0, 0, 1)
        let names = ["a", "b", "c", "d", "e", "f"]
        let block = NativeColumns(columns: 0)
        #expect(rows(2).block(beside: block, names: names) == expected)
        var (twice, again) = (rows(2), NativeColumns(columns: 6))
        twice.append(rows(2))
        for _ in 0..<2 { again.append(rows(2)) }
        let four = twice.block(beside: block, names: names)
        #expect(four == again.block(beside: block, names: names) && four[1] == 4)
        var ends = name("c", "Array(String)")
        ends += numbers(2, 3, 5, 6)
        #expect(four.firstRange(of: ends) != nil)
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

    /// As ClickHouse 26.9 says `sipHash64(lower(…))`.
    @Test(
        arguments: [
            ("", 2202906307356721367),
            ("a", 10863254463029944905),
            ("S-12", 10198396494563518137),
            ("0123456789abcdef0123456789ABCDEF", 14907405626867982925),
            ("größe ÄÖ", 5861908690142209815),
            ("12345678", 6766637294834280856),
            ("session-with-some-length-beyond", 10384657097941357664),
        ] as [(String, UInt64)])
    func `ids have the hash that the server gives them`(id: String, hash: UInt64) {
        #expect(IDHash.of(id) == hash)
        #expect(SQLText.hashes([id, id]) == "\(hash), \(hash)")
    }

    @Test func `nothing in a literal ends it`() {
        #expect(SQLText.literal("a'b\\c\0") == "'a\\'b\\\\c\\0'")
    }
}
