/// A list that is made once and lives as long as the process: reading it counts no references, which matters where
/// every span reads a hundred of them.
///
/// `@unchecked Sendable`: the memory is written before the list exists, and never again.
struct ImmortalList<Element: BitwiseCopyable>: @unchecked Sendable, Sequence {
    let elements: UnsafeBufferPointer<Element>

    init(_ elements: [Element]) {
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = memory.initialize(from: elements)
        self.elements = UnsafeBufferPointer(memory)
    }

    @inline(__always)
    func makeIterator() -> UnsafeBufferPointer<Element>.Iterator { elements.makeIterator() }

    @inline(__always)
    subscript(index: Int) -> Element { elements[index] }
}

/// An ordered list of names: the first that is present and not empty wins.
struct Sources: Sendable {
    /// The names' ids in order.
    let order: ImmortalList<UInt16>
    /// The same as a set.
    let set: NameSet
}

/// Every attribute name that ingest reads, in the orders of docs/normalisation.md §2, and the fields of a Fallom record.
///
/// The lists are data: a change of a convention is a change of one line here. Names the detail view alone reads
/// (messages, documents, templates) are not among them.
final class Vocabulary: Sendable {
    static let shared = Vocabulary()

    /// Ids of attribute names.
    let attributes: NameTable
    let identity: IdentityNames
    let kinds: KindNames
    let models: ModelNames
    let times: TimeNames
    let tokens: TokenNames
    let outcome: OutcomeNames
    let prompts: PromptNames
    let raw: RawNames

    private init() {
        var names = NameRegister()
        identity = IdentityNames(&names)
        kinds = KindNames(&names)
        models = ModelNames(&names)
        times = TimeNames(&names)
        tokens = TokenNames(&names)
        outcome = OutcomeNames(&names)
        prompts = PromptNames(&names)
        raw = RawNames(&names)
        // What nearly every record has and ingest does not read: known, so that nothing looks closer at it.
        for name in ["fallom.sdk_version", "fallom.method", "fallom.span_type", "fallom.ai_sdk_version"] {
            _ = names.one(name)
        }
        attributes = NameTable(names.all)
    }
}

/// Gives each name an id, the same each time it is named.
struct NameRegister {
    private(set) var all: [String] = []
    private var ids: [String: UInt16] = [:]

    /// The id of a name.
    mutating func one(_ name: String) -> UInt16 {
        if let id = ids[name] { return id }
        precondition(all.count < NameSet.capacity, "a set has room for \(NameSet.capacity) names")
        let id = UInt16(all.count)
        ids[name] = id
        all.append(name)
        return id
    }

    /// The ids of names in order.
    mutating func list(_ names: String...) -> Sources { list(names) }

    /// The ids of names in order.
    mutating func list(_ names: [String]) -> Sources {
        var set = NameSet()
        let order = names.map { one($0) }
        for id in order { set.insert(id) }
        return Sources(order: ImmortalList(order), set: set)
    }

    /// Names under each of the prefixes, for what every emitter spells as it likes: the names in their order, each with
    /// the prefixes in theirs.
    static func under(_ prefixes: [String], _ names: [String]) -> [String] {
        names.flatMap { name in prefixes.map { $0 + name } }
    }
}
