/// Writes the columns of a row one after the other, in whatever form: the names say the types of the table's columns.
protocol RowWriting {
    mutating func add(text: String)
    mutating func add(optionalText: String?)
    mutating func add(texts: [String])
    mutating func add(blob: [UInt8])
    mutating func add(optionalBlob: [UInt8]?)
    mutating func add(byte: UInt8)
    mutating func add(int32: Int32)
    mutating func add(word32: UInt32)
    mutating func add(int64: Int64)
    mutating func add(optionalInt64: Int64?)
    mutating func add(word64: UInt64)
    mutating func add(word128: UInt128)
    mutating func end()
}

extension RowWriting {
    mutating func add(flag: Bool) { add(byte: flag ? 1 : 0) }
}

extension TabRows: RowWriting {
    mutating func add(text: String) { add(text as String?) }
    mutating func add(optionalText text: String?) { add(text) }
    mutating func add(blob: [UInt8]) { add(blob: blob as [UInt8]?) }
    mutating func add(optionalBlob blob: [UInt8]?) { add(blob: blob) }
    mutating func add(byte: UInt8) { add(Int64(byte)) }
    mutating func add(int32: Int32) { add(Int64(int32)) }
    mutating func add(word32: UInt32) { add(Int64(word32)) }
    mutating func add(int64: Int64) { add(int64 as Int64?) }
    mutating func add(optionalInt64 number: Int64?) { add(number) }
    mutating func add(word64: UInt64) { add(word64) }
    mutating func add(word128: UInt128) { add(word128) }
}
