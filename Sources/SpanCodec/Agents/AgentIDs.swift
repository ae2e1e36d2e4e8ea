import TraceModel

/// Ids for what has none: derived from what an event is about, so that the same event is the same span however often and
/// on whatever way it comes.
enum AgentIDs {
    /// The trace of a turn.
    static func trace(_ agent: SpanDialect, session: String, turn: String) -> String {
        let hash = fnv1a([agent.rawValue, session, turn])
        return UInt64(truncatingIfNeeded: hash >> 64).hexadecimal + UInt64(truncatingIfNeeded: hash).hexadecimal
    }

    /// A span of a turn: of the turn itself without an id, else of an event.
    static func span(trace: String, kind: SpanKind, id: String = "") -> String {
        let hash = fnv1a([trace, kind.rawValue, id])
        let folded = UInt64(truncatingIfNeeded: hash >> 64) ^ UInt64(truncatingIfNeeded: hash)
        return (folded == 0 ? 1 : folded).hexadecimal
    }

    /// FNV-1a of 128 bits over the parts, each ended by a byte that no UTF-8 text holds.
    private static func fnv1a(_ parts: [String]) -> UInt128 {
        let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013B
        var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        for part in parts {
            for byte in part.utf8 { hash = (hash ^ UInt128(byte)) &* prime }
            hash = (hash ^ 0xFF) &* prime
        }
        return hash
    }
}
