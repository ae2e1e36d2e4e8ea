import OrderedJSON

extension JSONValue {
    /// The value of that member, the last where a name is repeated: the subscript, without its general comparison.
    func field(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        var index = members.count
        while index > 0 {
            index &-= 1
            if members[index].name.hasSameUTF8(as: name) { return members[index].value }
        }
        return nil
    }

    /// The values of an object as Python and JavaScript keep them: a repeated name keeps its first place and its last
    /// value.
    var objectValuesInOrder: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        var kept: [JSONMember] = []
        var places: [[UInt8]: Int] = [:]
        for member in members {
            let name = Array(member.name.utf8)
            if let place = places[name] {
                kept[place].value = member.value
            } else {
                places[name] = kept.count
                kept.append(member)
            }
        }
        return kept
    }

    /// What kind of value this is, in words for a person.
    var kindInWords: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): "the number \(number.text)"
        case .string(let text): "the text \"\(text)\""
        case .array: "a list"
        case .object: "an object"
        }
    }
}
