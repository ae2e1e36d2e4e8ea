public import OrderedJSON

/// What targeting is evaluated against: named texts, kept and compared by UTF-8 bytes.
///
/// Values are text only. The published SDKs fail, or disagree, on anything else (docs/assignment.md §2).
public struct EvaluationContext: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// The field that a call's customer id fills.
    public static let customerIDField = "customerId"

    /// One field.
    public struct Entry: Sendable {
        /// The field's name.
        public let name: String
        /// Its value.
        public var value: String

        /// Makes an entry.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The fields, sorted by the UTF-8 of their names, each once.
    public private(set) var entries: [Entry]

    /// A context without fields.
    public init() {
        self.entries = []
    }

    /// A context of those fields; a name that occurs twice keeps the last value.
    public init(_ fields: some Sequence<(String, String)>) {
        self.entries = []
        for (name, value) in fields { self[name] = value }
    }

    /// A context of those fields.
    public init(_ fields: [String: String]) {
        self.entries = []
        entries.reserveCapacity(fields.count)
        for (name, value) in fields { entries.append(Entry(name: name, value: value)) }
        entries.sort { $0.name.precedesByUTF8($1.name) }
    }

    /// A context of those fields, of any type that stands for JSON: text as it is, everything else as JSON writes it. A name
    /// that occurs twice keeps the last value; `nil` leaves a field out.
    public init(dictionaryLiteral fields: (String, (any JSONRepresentable)?)...) {
        self.entries = []
        for (name, value) in fields {
            guard let json = value?.jsonValue, !json.isNull else { continue }
            self[name] = json.string ?? json.compactText
        }
    }

    /// Whether it has no field.
    public var isEmpty: Bool { entries.isEmpty }

    /// The value of that field.
    public subscript(name: String) -> String? {
        get {
            for entry in entries where entry.name.hasSameUTF8(as: name) { return entry.value }
            return nil
        }
        set {
            let place = entries.firstIndex { !$0.name.precedesByUTF8(name) } ?? entries.endIndex
            let isThere = place < entries.endIndex && entries[place].name.hasSameUTF8(as: name)
            switch (newValue, isThere) {
            case (let value?, true): entries[place].value = value
            case (let value?, false): entries.insert(Entry(name: name, value: value), at: place)
            case (nil, true): entries.remove(at: place)
            case (nil, false): break
            }
        }
    }

    /// The context as evaluated: with a customer id that is not empty in its field (docs/assignment.md §1, step 2).
    public func applying(customerID: String?) -> EvaluationContext {
        guard let customerID, !customerID.isEmpty else { return self }
        var context = self
        context[EvaluationContext.customerIDField] = customerID
        return context
    }

    /// Equal when fields and values have the same UTF-8.
    public static func == (left: EvaluationContext, right: EvaluationContext) -> Bool {
        left.entries.elementsEqual(right.entries) {
            $0.name.hasSameUTF8(as: $1.name) && $0.value.hasSameUTF8(as: $1.value)
        }
    }

    /// Hashes names and values.
    public func hash(into hasher: inout Hasher) {
        for entry in entries {
            hasher.combine(entry.name)
            hasher.combine(entry.value)
        }
    }
}
