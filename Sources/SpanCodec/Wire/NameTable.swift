/// Finds the id of a name among a fixed list: one hash of its ends and its length, one comparison of bytes.
struct NameTable: Sendable {
    private static let slotCount = 2048
    /// Name ids by hash slot, plus one; 0 is an empty slot.
    private let slots: ImmortalList<UInt16>
    /// All names one after the other.
    private let letters: ImmortalList<UInt8>
    /// Where each name starts in `letters`; one more at the end.
    private let starts: ImmortalList<Int>

    /// Makes a table in which a name's id is its place in the list.
    init(_ names: [String]) {
        var slots = [UInt16](repeating: 0, count: Self.slotCount)
        var letters: [UInt8] = []
        var starts = [0]
        for (id, name) in names.enumerated() {
            let bytes = Array(name.utf8)
            var slot = bytes.withUnsafeBytes { Self.slot(of: $0) }
            while slots[slot] != 0 { slot = (slot + 1) % Self.slotCount }
            slots[slot] = UInt16(id + 1)
            letters += bytes
            starts.append(letters.count)
        }
        self.slots = ImmortalList(slots)
        self.letters = ImmortalList(letters)
        self.starts = ImmortalList(starts)
    }

    /// The id of the name; `nil` when it is not in the list.
    @inline(__always)
    func id(of name: UnsafeRawBufferPointer) -> UInt16? {
        guard name.count > 0 else { return nil }
        var slot = Self.slot(of: name)
        while true {
            let entry = Int(slots[slot])
            if entry == 0 { return nil }
            if matches(name, entry - 1) { return UInt16(truncatingIfNeeded: entry - 1) }
            slot = (slot + 1) % Self.slotCount
        }
    }

    @inline(__always)
    private func matches(_ name: UnsafeRawBufferPointer, _ id: Int) -> Bool {
        let start = starts[id]
        let count = name.count
        guard starts[id + 1] - start == count else { return false }
        let letters = UnsafeRawBufferPointer(letters.elements)
        var at = 0
        while at + 8 <= count {
            let left = letters.loadUnaligned(fromByteOffset: start + at, as: UInt64.self)
            guard left == name.loadUnaligned(fromByteOffset: at, as: UInt64.self) else { return false }
            at += 8
        }
        while at < count {
            guard letters[start + at] == name[at] else { return false }
            at += 1
        }
        return true
    }

    @inline(__always)
    private static func slot(of name: UnsafeRawBufferPointer) -> Int {
        let count = name.count
        var hash = UInt64(count)
        if count >= 8 {
            let last = name.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            let middle = name.loadUnaligned(fromByteOffset: (count - 8) / 2, as: UInt64.self)
            hash = (hash ^ last) &* 0x9E37_79B9_7F4A_7C15
            hash = (hash ^ hash >> 29 ^ middle) &* 0xBF58_476D_1CE4_E5B9
        } else {
            for byte in name { hash = (hash ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15 }
        }
        return Int(truncatingIfNeeded: hash >> 40) & (slotCount - 1)
    }
}
