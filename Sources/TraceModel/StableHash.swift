/// A digest that is the same in every process: FNV-1a of 64 bits. It tells things apart, it keeps no secret.
package struct StableHash {
    /// What the bytes taken so far come to.
    package private(set) var value: UInt64

    /// - Parameter start: another start makes another digest of the same bytes.
    package init(start: UInt64 = 0xcbf2_9ce4_8422_2325) { value = start }

    /// The digest of a text's UTF-8 bytes.
    package init(_ text: String, start: UInt64 = 0xcbf2_9ce4_8422_2325) {
        self.init(start: start)
        for byte in text.utf8 { take(byte) }
    }

    /// Goes on with one more byte.
    package mutating func take(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }

    /// Where the digest stands from 0 up to 1, mixed so that texts that differ in their ends alone are spread.
    package var place: Double {
        let mixed = (value ^ value >> 33) &* 0xff51_afd7_ed55_8ccd
        return Double((mixed ^ mixed >> 33) >> 11) * 0x1p-53
    }
}
