import Synchronization

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

    /// Numbers that differ between processes, clients and calls. They name things and keep no secret: the system is
    /// asked for chance once, not at every span.
    public static var random: IDSource {
        let generator = SharedGenerator()
        return IDSource(
            traceID: {
                let (high, low) = generator.nextTwo()
                return hex(high, low | 1)
            },
            spanID: { hex(generator.nextTwo().0 | 1) },
            fraction: { Double(generator.nextTwo().0 >> 11) * 0x1p-53 })
    }

    /// The word as 16 lower-case hexadecimal digits.
    static func hex(_ word: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { write(word, to: $0, at: 0) }
    }

    /// Both words as 32 lower-case hexadecimal digits.
    static func hex(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 32) { write(high, to: $0, at: 0) + write(low, to: $0, at: 16) }
    }

    private static func write(_ word: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
        var rest = word
        for place in (start..<start + 16).reversed() {
            let digit = UInt8(truncatingIfNeeded: rest) & 15
            buffer[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            rest >>= 4
        }
        return 16
    }
}

/// xoshiro256** behind a lock, begun from the system's random numbers.
private final class SharedGenerator: Sendable {
    private struct State {
        var words: (UInt64, UInt64, UInt64, UInt64)

        mutating func next() -> UInt64 {
            let result = Self.rotated(words.1 &* 5, 7) &* 9
            let shifted = words.1 << 17
            words.2 ^= words.0
            words.3 ^= words.1
            words.1 ^= words.2
            words.0 ^= words.3
            words.2 ^= shifted
            words.3 = Self.rotated(words.3, 45)
            return result
        }

        private static func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 {
            (word << count) | (word >> (64 - count))
        }
    }

    private let state: Mutex<State>

    init() {
        var system = SystemRandomNumberGenerator()
        // All zero would stay zero for ever.
        state = Mutex(State(words: (system.next() | 1, system.next(), system.next(), system.next())))
    }

    func nextTwo() -> (UInt64, UInt64) {
        state.withLock { ($0.next(), $0.next()) }
    }
}
