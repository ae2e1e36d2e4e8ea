/// The ends of rows as they will be written: columns that are known before the others are.
struct RowTails: Sendable {
    /// One behind the other, each with its line end.
    private(set) var bytes: [UInt8] = []
    /// Where each ends.
    private var ends: [Int] = []

    /// Makes room.
    init(reserving count: Int = 0) {
        ends.reserveCapacity(count)
    }

    /// Takes rows that hold nothing else.
    mutating func take(_ rows: TabRows) {
        bytes.append(contentsOf: rows.bytes)
        ends.append(bytes.count)
    }

    /// Takes the end of a row that was written by us.
    mutating func take(_ written: ArraySlice<UInt8>) {
        bytes.append(contentsOf: written)
        bytes.append(UInt8(ascii: "\n"))
        ends.append(bytes.count)
    }

    /// One of them, with its line end.
    subscript(index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }
}
