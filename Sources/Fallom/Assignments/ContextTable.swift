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

    /// FNV-1a over the id's last bytes: where ids differ.
    private static func place(_ sessionID: String) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in sessionID.utf8.suffix(16) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & UInt64(capacity - 1))
    }
}
