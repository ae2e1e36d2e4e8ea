/// Where the SDK takes ids and chance from. A test gives its own.
public struct IDSource: Sendable {
    /// 32 lower-case hexadecimal digits, not all zero.
    public var traceID: @Sendable () -> String
    /// 16 lower-case hexadecimal digits, not all zero.
    public var spanID: @Sendable () -> String
    /// A number from 0 up to 1: how much of a retry's wait is left to chance.
    public var fraction: @Sendable () -> Double

    /// Makes a source.
    public init(
        traceID: @escaping @Sendable () -> String, spanID: @escaping @Sendable () -> String,
        fraction: @escaping @Sendable () -> Double
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.fraction = fraction
    }

    /// The system's random numbers.
    public static let random = IDSource(
        traceID: {
            var generator = SystemRandomNumberGenerator()
            return hex(generator.next(), generator.next() | 1)
        },
        spanID: {
            var generator = SystemRandomNumberGenerator()
            return hex(generator.next() | 1)
        },
        fraction: { Double.random(in: 0..<1) })

    /// The words as lower-case hexadecimal digits, 16 each.
    static func hex(_ words: UInt64...) -> String {
        String(unsafeUninitializedCapacity: words.count * 16) { buffer in
            var place = 0
            for word in words {
                for shift in stride(from: 60, through: 0, by: -4) {
                    let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
                    buffer[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                    place += 1
                }
            }
            return place
        }
    }
}
