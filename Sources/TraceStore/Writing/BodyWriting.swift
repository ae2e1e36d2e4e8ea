internal import GRDB

/// Puts a batch's chunks into `body`, each when its first span is written, and keeps count of how many spans use each
/// row: one that nobody uses any more is removed, and with it surroundings that no other needs.
struct BodyWriting {
    private let bodies: BatchBodies
    private var numbers: [Int64?]
    private var apartNumbers: [Int64?]
    private var last = 0
    /// By how much the use of each row changes.
    private var uses: [Int64: Int64] = [:]

    init(_ bodies: BatchBodies = BatchBodies()) {
        self.bodies = bodies
        numbers = Array(repeating: nil, count: bodies.chunks.count)
        apartNumbers = Array(repeating: nil, count: bodies.apart.count)
    }

    /// Where the body of one of the batch's records is.
    mutating func place(of record: Int, _ database: Database) throws -> SpanTester.Body {
        if !bodies.chunks[last].members.contains(record) {
            last = bodies.chunks.firstIndex { $0.members.contains(record) } ?? last
        }
        let number = try numbers[last] ?? insert(bodies.chunks[last], database)
        numbers[last] = number
        uses[number, default: 0] += 1
        return SpanTester.Body(number: number, index: record - bodies.chunks[last].members.lowerBound)
    }

    /// Notes that a span uses a row no longer.
    mutating func leave(_ number: Int64) {
        uses[number, default: 0] -= 1
    }

    private mutating func insert(_ chunk: BodyChunk, _ database: Database) throws -> Int64 {
        let statement = try database.prepared("INSERT INTO body (encoding, size, bytes) VALUES (?, ?, ?)")
        statement.bind(1, chunk.encoding.rawValue)
        statement.bind(2, chunk.size)
        try statement.run(lending: chunk.bytes, at: 3)
        let number = database.lastInsertedRowID
        for (place, index) in chunk.apart.enumerated() {
            let surroundings = try apartNumbers[index] ?? database.number(of: bodies.apart[index])
            apartNumbers[index] = surroundings
            try database.run("INSERT INTO body_surroundings VALUES (?, ?, ?)", number, Int64(place), surroundings)
        }
        return number
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
            try database.removeBody(number)
        }
    }
}

extension Database {
    /// The number of surroundings that lie apart: those that are there already, whichever batch brought them, or new ones.
    fileprivate func number(of surroundings: ApartSurroundings) throws -> Int64 {
        let known = try number(
            "SELECT no FROM surroundings WHERE digest = ? AND size = ? AND bytes = ?", surroundings.digest,
            surroundings.size, surroundings.bytes)
        if let known { return known }
        try run(
            "INSERT INTO surroundings (digest, encoding, size, bytes) VALUES (?, ?, ?, ?)", surroundings.digest,
            surroundings.encoding.rawValue, surroundings.size, surroundings.bytes)
        return lastInsertedRowID
    }

    fileprivate func removeBody(_ number: Int64) throws {
        try run("DELETE FROM body WHERE no = ?", number)
        try run("DELETE FROM body_use WHERE body_no = ?", number)
        let needed = try prepared("SELECT surroundings_no FROM body_surroundings WHERE body_no = ?", number)
            .rows { $0.int(0) }
        guard !needed.isEmpty else { return }
        try run("DELETE FROM body_surroundings WHERE body_no = ?", number)
        for surroundings in Set(needed) {
            try run(
                """
                DELETE FROM surroundings WHERE no = ?1
                    AND NOT EXISTS (SELECT 1 FROM body_surroundings WHERE surroundings_no = ?1)
                """, surroundings)
        }
    }
}
