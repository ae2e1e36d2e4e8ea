import Foundation
import OrderedJSON
import Testing

/// Our parser against Foundation's, over texts that are valid, nearly valid, and random.
@Suite struct `JSON as Foundation reads it` {
    /// Foundation's answer. It differs from RFC 8259 in what it reads beyond it: see ``isKnownDifference``.
    private static func foundationReads(_ bytes: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])) != nil
    }

    private static func weRead(_ bytes: [UInt8]) -> Bool { (try? JSONValue(parsing: bytes)) != nil }

    /// Where Foundation departs from RFC 8259 in UTF-8: it detects other encodings by zero bytes and byte order marks,
    /// refuses numbers that no double holds, and allows no NUL. It also lets a comma stand before a closing bracket.
    private static func isKnownDifference(_ bytes: [UInt8]) -> Bool {
        if bytes.contains(0) || bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.starts(with: [0xFF, 0xFE])
            || bytes.starts(with: [0xFE, 0xFF])
        {
            return true
        }
        guard let value = try? JSONValue(parsing: bytes) else { return weRead(withoutTrailingCommas(bytes)) }
        return holdsHugeNumber(value)
    }

    private static func withoutTrailingCommas(_ bytes: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        for byte in bytes {
            if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
                let last = kept.lastIndex { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
                if let last, kept[last] == UInt8(ascii: ",") { kept.remove(at: last) }
            }
            kept.append(byte)
        }
        return kept
    }

    private static func holdsHugeNumber(_ value: JSONValue) -> Bool {
        switch value {
        case .number(let number): !number.double.isFinite || number.text.utf8.count > 17
        case .array(let elements): elements.contains(where: holdsHugeNumber)
        case .object(let members): members.contains { holdsHugeNumber($0.value) }
        default: false
        }
    }

    private static let seeds = [
        #"{"a":1,"b":[true,false,null],"c":{"d":"e\n\u00e9\ud83d\ude80"},"f":-1.5e-10}"#,
        #"[0,-0,1,12,0.5,1e5,1E+5,1e-5,-1.25,"",{}, [ ] ,"\\\"\/\b\f\n\r\t"]"#,
        #"  "just text é 🚀"  "#, "null", "-12.5", #"{"x":{"x":{"x":[[[[]]]]}}}"#,
    ]

    @Test func `is accepted and refused alike, whatever happens to it`() {
        var random = SplitMix(seed: 20_261_123)
        var disagreements: [String] = []
        for round in 0..<20_000 {
            var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
            for _ in 0..<Int(random.next() % 3 + 1) { random.mutate(&bytes) }
            if Self.weRead(bytes) != Self.foundationReads(bytes), !Self.isKnownDifference(bytes) {
                disagreements.append(String(decoding: bytes, as: UTF8.self))
            }
        }
        #expect(disagreements.isEmpty, "\(disagreements.prefix(10))")
    }

    @Test func `holds the same strings and numbers`() throws {
        for seed in Self.seeds {
            let ours = try JSONValue(parsing: seed)
            let theirs = try JSONSerialization.jsonObject(with: Data(seed.utf8), options: [.fragmentsAllowed])
            #expect(Self.equal(ours, theirs), "\(seed)")
        }
    }

    private static func equal(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: theirs is NSNull
        case .bool(let flag): (theirs as? Bool) == flag
        case .number(let number): (theirs as? NSNumber)?.doubleValue == number.double
        case .string(let text): (theirs as? String) == text
        case .array(let elements):
            (theirs as? [Any])?.count == elements.count
                && zip(elements, theirs as? [Any] ?? []).allSatisfy { equal($0, $1) }
        case .object(let members):
            members.allSatisfy { member in
                (theirs as? [String: Any])?[member.name].map { equal(member.value, $0) } ?? false
            }
        }
    }
}

/// A small random number generator with a seed, so that a failure can be repeated.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    /// Changes, removes, doubles or moves some bytes.
    mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes.append(UInt8(truncatingIfNeeded: next()))
            return
        }
        let interesting =
            Array("{}[]:,\"\\/0123456789eE+-.truefalsn u\u{1}\u{7F}".utf8) + [0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF]
        let at = below(bytes.count)
        switch below(6) {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: next())
        case 1: bytes[at] = interesting[below(interesting.count)]
        case 2: bytes.remove(at: at)
        case 3: bytes.insert(interesting[below(interesting.count)], at: at)
        case 4: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(8)))
        default:
            bytes.insert(contentsOf: Array(bytes[at..<min(bytes.count, at + 1 + below(8))]), at: below(bytes.count))
        }
    }
}
