/// What was asked of the workspace and is not answered yet, by the number of its question: what is selected when the answer
/// comes may be something else.
struct UnderWay<Subject: Hashable & Sendable>: Sendable {
    let slot: Int
    private var subjects: [Int: Subject] = [:]
    private var last = 0

    init(slot: Int) {
        self.slot = slot
    }

    /// Notes a question and gives its id.
    mutating func begin(_ subject: Subject, _ scope: Scope) -> RequestID {
        last += 1
        subjects[last] = subject
        return RequestID(owner: scope.owner, slot: slot, generation: last)
    }

    /// What an answer is about, told once; `nil` for one of another kind.
    mutating func end(_ id: RequestID) -> Subject? {
        id.slot == slot ? subjects.removeValue(forKey: id.generation) : nil
    }

    func contains(_ subject: Subject) -> Bool { subjects.values.contains(subject) }
}

/// A version of something that is made current.
struct Switch: Hashable, Sendable {
    let key: String
    let version: Int
}
