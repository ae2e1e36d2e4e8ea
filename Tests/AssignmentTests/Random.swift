import Assignment
import OrderedJSON

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Configs of every odd kind: sums off, zeros, negatives, texts, many variants, malformed weights.
func randomConfig(_ random: inout SeededGenerator, key: String = "random") throws -> ModelConfig {
    let count = Int.random(in: 1...12, using: &random)
    let hasMalformed = Int.random(in: 0..<8, using: &random) == 0
    let variants = (0..<count).map { index -> JSONValue in
        let weight: JSONValue
        switch Int.random(in: 0..<8, using: &random) {
        case 0: weight = .number(0)
        case 1: weight = .number(-Double.random(in: 0...20, using: &random))
        case 2: weight = .string(" \(Double.random(in: 0...40, using: &random)) ")
        case 3: weight = .number(Double(Int.random(in: 0...10_000, using: &random)) / 100)
        case 4 where hasMalformed: weight = .string("50%")
        default: weight = .number(Double.random(in: 0...(200 / Double(count)), using: &random))
        }
        return .object(["model": .string("m\(index % 5)"), "weight": weight])
    }
    return try ModelConfig(
        record: .object(["key": .string(key), "version": .number(1), "variants": .array(variants)]))
}

/// The naive walk, written again and independently of the engine: the variant of a bucket, -1 for an error.
func naiveVariant(of config: ModelConfig, bucket: Int) -> Int {
    naiveVariant(percents: config.variants.map { $0.weight.percent ?? .nan }, bucket: bucket)
}

/// The same on bare weights, NaN for a malformed one.
func naiveVariant(percents: [Double], bucket: Int) -> Int {
    var cumulative = 0.0
    var index = 0
    while index < percents.count {
        let percent = percents[index]
        if percent.isNaN { return -1 }
        cumulative += percent * 10000
        if Double(bucket) < cumulative { return index }
        index += 1
    }
    return percents.count - 1
}
