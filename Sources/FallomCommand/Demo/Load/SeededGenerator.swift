import Glibc

/// Random numbers that are the same for the same seed (SplitMix64), so that a demo can be shown again.
struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number between 0 and 1.
    mutating func unit() -> Double {
        Double(next() >> 11) / Double(1 << 53)
    }

    /// A time as waiting times are: mostly around `median`, now and then much longer.
    mutating func skewed(median: Double, spread: Double = 0.45) -> Double {
        // The sum of twelve uniform numbers is near enough to a normal one.
        let normal = (0..<12).reduce(-6.0) { sum, _ in sum + unit() }
        return median * exp(normal * spread)
    }

    /// The time until the next of many independent arrivals, `mean` apart.
    mutating func arrival(mean: Double) -> Double {
        -log(1 - unit()) * mean
    }

    /// Lower-case hexadecimal digits, `count` bytes of them.
    mutating func hexadecimal(bytes count: Int) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = (0..<count).flatMap { _ -> [UInt8] in
            let byte = Int(truncatingIfNeeded: next() & 0xFF)
            return [digits[byte >> 4], digits[byte & 15]]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// One of `items` by its weight; `nil` when there is none.
    mutating func choose<Item>(_ items: [Item], weight: (Item) -> Int) -> Item? {
        var left = Int.random(in: 0..<max(1, items.reduce(0) { $0 + weight($1) }), using: &self)
        for item in items {
            left -= weight(item)
            if left < 0 { return item }
        }
        return items.last
    }
}
