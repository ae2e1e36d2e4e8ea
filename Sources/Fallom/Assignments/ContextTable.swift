import Assignment
import OrderedJSON
import Synchronization

/// The contexts that sessions' models were asked with, for a few thousand sessions: each has one place by a cheap hash
/// of its id, where a later session may take over.
final class ContextTable: Sendable {
    private struct Slot {
        var sessionID: String
        var context: EvaluationContext
    }

    private static let capacity = 8192
    private let slots = Mutex<[Slot?]>([])
    private let isEmpty = Atomic<Bool>(true)

    func keep(_ context: EvaluationContext, sessionID: String) {
        guard !context.isEmpty else { return }
        let place = Self.place(sessionID)
        slots.withLock { slots in
            if slots.isEmpty { slots = Array(repeating: nil, count: Self.capacity) }
            slots[place] = Slot(sessionID: sessionID, context: context)
        }
        if isEmpty.load(ordering: .relaxed) { isEmpty.store(false, ordering: .releasing) }
    }

    /// The session's context as compact JSON.
    func text(sessionID: String) -> String? {
        guard !isEmpty.load(ordering: .acquiring) else { return nil }
        let place = Self.place(sessionID)
        let slot = slots.withLock { $0.isEmpty ? nil : $0[place] }
        guard let slot, slot.sessionID.utf8.elementsEqual(sessionID.utf8) else { return nil }
        return JSONValue.object(slot.context.entries.map { JSONMember($0.name, .string($0.value)) }).compactText
    }

    /// Two multiplications over the id's last sixteen bytes, where ids differ; FNV-1a for shorter ones.
    private static func place(_ sessionID: String) -> Int {
        let ofEnd = sessionID.utf8.withContiguousStorageIfAvailable { bytes -> UInt64? in
            let bytes = UnsafeRawBufferPointer(bytes)
            guard bytes.count >= 16 else { return nil }
            let last = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
            let before = bytes.loadUnaligned(fromByteOffset: bytes.count - 16, as: UInt64.self)
            return (last &* 0x9E37_79B9_7F4A_7C15) ^ (before &* 0xC2B2_AE3D_27D4_EB4F)
        }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        if let ofEnd = ofEnd ?? nil {
            hash = ofEnd ^ (ofEnd >> 29)
        } else {
            for byte in sessionID.utf8.suffix(16) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        // The upper half of the product depends on every bit of the hash.
        return Int(truncatingIfNeeded: ((hash ^ (hash >> 32)) &* 0x9E37_79B9_7F4A_7C15) >> 32) & (capacity - 1)
    }
}
