/// Writes rows column by column, as ClickHouse's format Native has them: a third of the work of text for whoever writes and
/// for the server, which takes a column as it lies there.
struct NativeColumns: RowWriting, Sendable {
    /// The values of a column.
    private struct Column {
        var type = ""
        /// Of a column that may hold none, a byte a row: 1 for none.
        var nulls: [UInt8] = []
        /// Of a column of lists, where each ends, counted in elements.
        var ends: [UInt64] = []
        var bytes: [UInt8] = []
    }

    private var columns: [Column]
    /// The column of the next value.
    private var place = 0
    /// How many rows have ended.
    private(set) var count = 0

    init(columns count: Int) {
        columns = [Column](repeating: Column(), count: count)
    }

    /// Makes room in a column.
    mutating func reserve(_ bytes: Int, in column: Int) { columns[column].bytes.reserveCapacity(bytes) }

    /// How many bytes a column holds.
    func size(of column: Int) -> Int { columns[column].bytes.count }

    /// Bytes of a column.
    func bytes(of column: Int, _ range: Range<Int>) -> ArraySlice<UInt8> { columns[column].bytes[range] }

    mutating func end() {
        place = 0
        count += 1
    }

    /// Adds the rows of another behind these.
    mutating func append(_ other: NativeColumns) {
        guard count > 0 else { return self = other }
        for index in columns.indices {
            let elements = columns[index].ends.last ?? 0
            columns[index].nulls += other.columns[index].nulls
            columns[index].ends += other.columns[index].ends.map { $0 + elements }
            columns[index].bytes += other.columns[index].bytes
        }
        count += other.count
    }

    /// A block: all columns of these, and of those that stand beside them, under their names.
    func block(beside others: NativeColumns, names: [String]) -> [UInt8] {
        let all = columns + others.columns
        var block: [UInt8] = []
        block.reserveCapacity(
            all.reduce(64) { $0 + 64 + $1.nulls.count + 8 * $1.ends.count + $1.bytes.count })
        block.add(count: all.count)
        block.add(count: count)
        for (name, column) in zip(names, all) {
            block.add(Array(name.utf8))
            block.add(Array(column.type.utf8))
            block += column.nulls
            for end in column.ends { block.add(raw: end) }
            block += column.bytes
        }
        return block
    }

    // MARK: Values

    /// Lets a value of a type be added to the column whose turn it is.
    private mutating func add(_ type: StaticString, _ body: (inout Column) -> Void) {
        // The first row says what the columns are.
        if count == 0 { columns[place].type = "\(type)" }
        body(&columns[place])
        place += 1
    }

    mutating func add(text: String) {
        add("String") { column in
            var text = text
            text.withUTF8 { column.bytes.add($0) }
        }
    }

    mutating func add(optionalText: String?) {
        add("Nullable(String)") { column in
            column.nulls.append(optionalText == nil ? 1 : 0)
            guard var text = optionalText else { return column.bytes.append(0) }
            text.withUTF8 { column.bytes.add($0) }
        }
    }

    mutating func add(texts: [String]) {
        add("Array(String)") { column in
            column.ends.append((column.ends.last ?? 0) + UInt64(texts.count))
            for var text in texts { text.withUTF8 { column.bytes.add($0) } }
        }
    }

    mutating func add(blob: [UInt8]) {
        add("String") { column in column.bytes.add(blob) }
    }

    mutating func add(optionalBlob blob: [UInt8]?) {
        add("Nullable(String)") { column in
            column.nulls.append(blob == nil ? 1 : 0)
            column.bytes.add(blob ?? [])
        }
    }

    mutating func add(byte: UInt8) { add("UInt8") { $0.bytes.append(byte) } }
    mutating func add(int32: Int32) { add("Int32") { $0.bytes.add(raw: int32) } }
    mutating func add(word32: UInt32) { add("UInt32") { $0.bytes.add(raw: word32) } }
    mutating func add(int64: Int64) { add("Int64") { $0.bytes.add(raw: int64) } }
    mutating func add(word64: UInt64) { add("UInt64") { $0.bytes.add(raw: word64) } }
    mutating func add(word128: UInt128) { add("UInt128") { $0.bytes.add(raw: word128) } }

    mutating func add(optionalInt64 number: Int64?) {
        add("Nullable(Int64)") { column in
            column.nulls.append(number == nil ? 1 : 0)
            column.bytes.add(raw: number ?? 0)
        }
    }
}

extension [UInt8] {
    /// Adds a text with its length before it.
    fileprivate mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
        add(count: text.count)
        append(contentsOf: text)
    }

    fileprivate mutating func add(_ text: [UInt8]) { text.withUnsafeBufferPointer { add($0) } }

    /// Adds a count, seven bits a byte, the lowest first.
    fileprivate mutating func add(count: Int) {
        var rest = UInt64(count)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// Adds a number, its lowest byte first.
    fileprivate mutating func add(raw number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
