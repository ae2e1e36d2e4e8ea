extension JSONValue {
    /// This object with a member set: in its place where it is there, else at the end. Names are compared byte by byte; of
    /// several members of the name one is left. What is no object becomes one.
    public func setting(_ name: String, _ value: JSONValue) -> JSONValue {
        var members: [JSONMember] = []
        var isSet = false
        for member in object ?? [] {
            guard member.name.hasBytes(of: name) else {
                members.append(member)
                continue
            }
            if !isSet { members.append(JSONMember(name, value)) }
            isSet = true
        }
        return .object(isSet ? members : members + [JSONMember(name, value)])
    }
}
