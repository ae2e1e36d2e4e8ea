/// Three and four bytes in a row, each as one of 65,536 numbers: what an index keeps of a text's runs.
public enum SearchGrams {
    /// How many numbers there are.
    public static let count = 65536
    /// The number of no gram: in an index it stands for texts that are always looked into.
    public static let always = 0

    /// Calls `body` with the number of each gram in the runs.
    @inline(__always)
    public static func forEach(in runs: borrowing SearchRuns, _ body: (Int) -> Void) {
        runs.bytes.withUnsafeBufferPointer { bytes in
            var word: UInt32 = 0
            var length = 0
            for byte in bytes {
                word = word >> 8 | UInt32(byte) << 24
                guard byte != 0 else {
                    length = 0
                    continue
                }
                length += 1
                if length >= 3 { body(number(ofThree: word)) }
                if length >= 4 { body(number(word)) }
            }
        }
    }

    /// The numbers that any text with this run has: of its fours, or of its only three. None where it is shorter.
    public static func numbers(of run: [UInt8]) -> [Int] {
        var word: UInt32 = 0
        var numbers: [Int] = []
        for (place, byte) in run.enumerated() {
            word = word >> 8 | UInt32(byte) << 24
            if place >= 3 {
                numbers.append(number(word))
            } else if place == 2, run.count == 3 {
                numbers.append(number(ofThree: word))
            }
        }
        return numbers
    }

    /// The first of the three bytes is in the low end once the byte before it is gone; no text has the byte 0xFF.
    @inline(__always)
    private static func number(ofThree word: UInt32) -> Int { number(word >> 8 | 0xFF00_0000) }

    @inline(__always)
    private static func number(_ word: UInt32) -> Int {
        // Spread by a large odd number; the top half depends on all bytes.
        max(1, Int((word &* 0x9E37_79B1) >> 16))
    }
}
