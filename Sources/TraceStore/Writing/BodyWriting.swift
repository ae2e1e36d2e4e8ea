internal import GRDB

/// Puts a batch's chunks into `body`, each when its first span is written, and keeps count of how many spans use each
/// row: one that nobody uses any more is removed.
struct BodyWriting {
    private let chunks: [BodyChunk]
    private var numbers: [Int64?]
    private var last = 0
    /// By how much the use of each row changes.
    private var uses: [Int64: Int64] = [:]

    init(_ chunks: [BodyChunk]) {
        self.chunks = chunks
        numbers = Array(repeating: nil, count: chunks.count)
    }

    /// Where the body of one of the batch's records is.
    mutating func place(of record: Int, _ database: Database) throws -> SpanTester.Body {
        if !chunks[last].members.contains(record) {
            last = chunks.firstIndex { $0.members.contains(record) } ?? last
        }
        let number = try numbers[last] ?? insert(chunks[last], database)
        numbers[last] = number
        uses[number, default: 0] += 1
        return SpanTester.Body(number: number, index: record - chunks[last].members.lowerBound)
    }

    /// Notes that a span uses a row no longer.
    mutating func leave(_ number: Int64) {
        uses[number, default: 0] -= 1
    }

    private func insert(_ chunk: BodyChunk, _ database: Database) throws -> Int64 {
        let statement = try database.prepared("INSERT INTO body (encoding, size, bytes) VALUES (?, ?, ?)")
        statement.bind(1, chunk.encoding.rawValue)
        statement.bind(2, chunk.size)
        try statement.run(lending: chunk.bytes, at: 3)
        return database.lastInsertedRowID
    }

    /// Writes the counts, and removes the rows that nobody uses.
    func writeUses(_ database: Database) throws {
        for (number, change) in uses where change != 0 {
            try database.run(
                """
                INSERT INTO body_use VALUES (?1, ?2) ON CONFLICT (body_no) DO UPDATE SET spans = spans + ?2
                """, number, change)
            guard change < 0, try database.number("SELECT spans FROM body_use WHERE body_no = ?", number) ?? 0 <= 0
            else { continue }
            try database.run("DELETE FROM body WHERE no = ?", number)
            try database.run("DELETE FROM body_use WHERE body_no = ?", number)
        }
    }
}
