/// Numbers told apart, each with its place in the order in which they first came.
///
/// They are numbers of rows and of values that were given out here, which nobody can choose so that they collide: the hash
/// is a multiplication.
struct NumberTable: Sendable {
    /// The numbers, by place.
    private(set) var numbers: [UInt64] = []
    /// Places and one, 0 where nothing is; none while the numbers are few.
    private var slots: [UInt32] = []
    private static let few = 8

    /// The place of a number; a new one gets the next.
    mutating func place(of number: UInt64) -> Int {
        guard !slots.isEmpty else {
            if let place = numbers.firstIndex(of: number) { return place }
            numbers.append(number)
            if numbers.count > Self.few { spread(over: 64) }
            return numbers.count - 1
        }
        let slot = slot(of: number)
        if slots[slot] > 0 { return Int(slots[slot]) - 1 }
        numbers.append(number)
        slots[slot] = UInt32(numbers.count)
        if numbers.count * 2 > slots.count { spread(over: slots.count * 2) }
        return numbers.count - 1
    }

    /// Where a number stands, or the free slot where it would.
    private func slot(of number: UInt64) -> Int {
        let shift = UInt64(slots.count.leadingZeroBitCount + 1)
        var slot = Int((number &* 0x9E37_79B9_7F4A_7C15) >> shift)
        while slots[slot] > 0, numbers[Int(slots[slot]) - 1] != number { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func spread(over count: Int) {
        slots = Array(repeating: 0, count: count)
        for place in numbers.indices { slots[slot(of: numbers[place])] = UInt32(place + 1) }
    }
}
