/// Eight bytes looked at in one machine word.
///
/// The tests give a word in which the top bit of a byte is set where the byte matches. The lowest set bit is exact;
/// bits above it may be false (a borrow runs upwards), so only the first match of a word is used.
@usableFromInline
enum SWAR {
    @usableFromInline static let ones: UInt64 = 0x0101_0101_0101_0101
    @usableFromInline static let tops: UInt64 = 0x8080_8080_8080_8080
    @usableFromInline static let quote: UInt64 = 0x2222_2222_2222_2222
    @usableFromInline static let backslash: UInt64 = 0x5C5C_5C5C_5C5C_5C5C
    @usableFromInline static let space: UInt64 = 0x2020_2020_2020_2020

    /// Where bytes equal the byte that `pattern` repeats.
    @inline(__always) @usableFromInline
    static func equal(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
        let difference = word ^ pattern
        return (difference &- ones) & ~difference & tops
    }

    /// Where a string cannot just go on: a quote, a backslash, a control character, a byte that is not ASCII.
    @inline(__always) @usableFromInline
    static func special(_ word: UInt64) -> UInt64 {
        let quotes = word ^ quote
        let slashes = word ^ backslash
        return (((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes) | ((word &- space) & ~word) | word) & tops
    }
}
