/// A list that grows at its end and is taken from at its front; what was taken is let go at once.
struct Queue<Element> {
    private var slots: [Element?] = []
    private var head = 0

    var count: Int { slots.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : slots[head] }

    /// The element at a place, counted from the front.
    subscript(place: Int) -> Element {
        get {
            guard let element = slots[head + place] else { preconditionFailure("only what was taken is nil") }
            return element
        }
        set { slots[head + place] = newValue }
    }

    mutating func append(_ element: Element) { slots.append(element) }

    mutating func popFirst() -> Element? {
        guard head < slots.count else { return nil }
        defer {
            slots[head] = nil
            head += 1
            if head == slots.count {
                (slots, head) = ([], 0)
            } else if head > 64, head > slots.count / 2 {
                slots.removeFirst(head)
                head = 0
            }
        }
        return slots[head]
    }

    /// Everything in order.
    var elements: [Element] { slots[head...].compactMap { $0 } }

    mutating func replace(with elements: [Element]) {
        slots = elements
        head = 0
    }
}
