package import OrderedJSON

extension JSONValue {
    /// An object of those members of this one that are there, in the order of `names`.
    package func picking(_ names: String...) -> JSONValue {
        .object(names.compactMap { name in self[name].map { JSONMember(name, $0) } })
    }

    /// Whether this is text with something in it.
    package var hasText: Bool { string.map { !$0.isEmpty } ?? false }

    /// The text, if there is something in it.
    var filledText: String? { string.flatMap { $0.isEmpty ? nil : $0 } }

    /// The value, unless it is `null`.
    var unlessNull: JSONValue? { isNull ? nil : self }

    /// A count: a whole number that is not negative, as a number or as text.
    var count: Int? {
        guard let count = int ?? string.flatMap({ Int($0) }), count >= 0 else { return nil }
        return count
    }

    /// An amount, as a number or as text.
    var amount: Double? { double ?? string.flatMap { Double($0) } }

    /// The first of those members that is not `null`.
    func first(_ names: String...) -> JSONValue? {
        for name in names { if let value = self[name]?.unlessNull { return value } }
        return nil
    }

    /// Of the answers that a list holds beside each other (`choices`, `candidates`) the first: by its index, wherever it stands,
    /// since a piece of a stream may be of the second alone.
    package func firstAnswer(_ name: String) -> JSONValue? {
        (self[name]?.elements ?? []).first { ($0["index"]?.int ?? 0) == 0 }
    }

    /// A list's elements; none of anything else.
    var elements: [JSONValue] { array ?? [] }

    /// This object with the members of another; of those that both have, the other's counts unless it is `null`, and two
    /// objects are merged alike. This is how figures that come more than once add up: the last one counts.
    func merged(with other: JSONValue) -> JSONValue {
        guard case .object(var members) = self, case .object(let others) = other else {
            return other.isNull ? self : other
        }
        for member in others where !member.value.isNull {
            if let place = members.firstIndex(where: { $0.name == member.name }) {
                members[place].value = members[place].value.merged(with: member.value)
            } else {
                members.append(member)
            }
        }
        return .object(members)
    }
}

/// Builds objects member by member, leaving out what is not known.
package struct ObjectBuilder {
    package private(set) var members: [JSONMember] = []

    package init() {}

    package mutating func add(_ name: String, _ value: JSONValue?) {
        if let value { members.append(JSONMember(name, value)) }
    }

    package mutating func add(_ name: String, _ text: String?) {
        if let text { members.append(JSONMember(name, .string(text))) }
    }

    package var object: JSONValue { .object(members) }
}
