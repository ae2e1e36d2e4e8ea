import Assignment
public import OrderedJSON

/// Values for a template's placeholders, by name; names are compared by UTF-8 bytes.
public struct PromptVariables: Hashable, Sendable {
    /// One variable.
    public struct Entry: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Its value.
        public var value: JSONValue
    }

    /// The variables in the order in which they were first given.
    public private(set) var entries: [Entry]

    /// No variables.
    public init() {
        self.entries = []
    }

    /// Those variables; a name that occurs twice keeps the last value.
    public init(_ variables: some Sequence<(String, JSONValue)>) {
        self.entries = []
        for (name, value) in variables { self[name] = value }
    }

    /// Those variables, sorted by name.
    public init(_ variables: [String: JSONValue]) {
        self.init(variables.sorted { UTF8Key($0.key) < UTF8Key($1.key) }.map { ($0.key, $0.value) })
    }

    /// Those texts, sorted by name.
    public init(_ variables: [String: String]) {
        self.init(variables.mapValues(JSONValue.string))
    }

    /// The members of a JSON object; anything else gives no variables.
    public init(json: JSONValue?) {
        self.init((json?.object ?? []).map { ($0.name, $0.value) })
    }

    /// Whether there are none.
    public var isEmpty: Bool { entries.isEmpty }

    /// The value of that name.
    public subscript(name: String) -> JSONValue? {
        get { entries.first { UTF8Key($0.name) == UTF8Key(name) }?.value }
        set {
            let place = entries.firstIndex { UTF8Key($0.name) == UTF8Key(name) }
            switch (newValue, place) {
            case (let value?, let place?): entries[place].value = value
            case (let value?, nil): entries.append(Entry(name: name, value: value))
            case (nil, let place?): entries.remove(at: place)
            case (nil, nil): break
            }
        }
    }
}

extension JSONValue {
    /// What a template shows of a value: text as it is, numbers as Python prints them, truth values as `true` and
    /// `false`, lists and objects as compact JSON; `nil` for `null`, which leaves the placeholder (docs/assignment.md §4).
    var templateText: String? {
        switch self {
        case .null: nil
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): number.pythonText
        case .string(let text): text
        case .array, .object: compactText
        }
    }
}

extension JSONNumber {
    /// The number as Python prints what it read: whole numbers digit by digit, others in the shortest form.
    var pythonText: String {
        let isInteger = !text.utf8.contains {
            $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E")
        }
        if isInteger { return text == "-0" ? "0" : text }
        return double.pythonText
    }
}

extension Double {
    /// The number as Python prints it. Swift's shortest form is Python's, but Swift goes over to exponents at 2^53 and
    /// Python at 10^16.
    fileprivate var pythonText: String {
        let text = description
        let exponent = "e+15"
        guard text.hasSuffix(exponent) else { return text }
        let sign = text.hasPrefix("-") ? "-" : ""
        let digits = text.dropLast(exponent.count).filter { $0 != "." && $0 != "-" }
        // d.ddde+15 is a whole number of sixteen digits, and below 10^16 no double needs more.
        return sign + digits + String(repeating: "0", count: max(0, 16 - digits.count)) + ".0"
    }
}
