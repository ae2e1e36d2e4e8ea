extension JSONWriter {
    /// Writes a whole number.
    public mutating func value(_ number: some FixedWidthInteger) { scalar(String(number).utf8) }

    /// Writes a double in the shortest form that reads back the same; `null` for NaN and infinities. A whole number is
    /// written without a fraction.
    public mutating func value(_ number: Double) {
        guard number.isFinite else { return null() }
        if let whole = Int64(exactly: number), abs(whole) < 1 << 53 { return value(whole) }
        scalar(number.description.utf8)
    }

    /// Writes `true` or `false`.
    public mutating func value(_ flag: Bool) { scalar(flag ? "true".utf8 : "false".utf8) }

    /// Writes `null`.
    public mutating func null() { scalar("null".utf8) }

    /// Writes any value.
    public mutating func value(_ json: JSONValue) {
        switch json {
        case .null: null()
        case .bool(let flag): value(flag)
        case .number(let number): scalar(number.text.utf8)
        case .string(let text): value(text)
        case .array(let elements): array(elements) { $0.value($1) }
        case .object(let members):
            beginObject()
            for member in members {
                name(member.name)
                value(member.value)
            }
            endObject()
        }
    }

    /// Writes a member; `nil` as `null`.
    public mutating func member(_ name: String, _ text: String?) {
        self.name(name)
        if let text { value(text) } else { null() }
    }

    /// Writes a member; `nil` as `null`.
    public mutating func member(_ name: String, _ number: (some FixedWidthInteger)?) {
        self.name(name)
        if let number { value(number) } else { null() }
    }

    /// Writes a member; `nil` as `null`.
    public mutating func member(_ name: String, _ number: Double?) {
        self.name(name)
        if let number { value(number) } else { null() }
    }

    /// Writes a member; `nil` as `null`.
    public mutating func member(_ name: String, _ flag: Bool?) {
        self.name(name)
        if let flag { value(flag) } else { null() }
    }

    /// Writes a member.
    public mutating func member(_ name: String, _ json: JSONValue) {
        self.name(name)
        value(json)
    }

    /// Writes a member that is a list of texts.
    public mutating func member(_ name: String, _ texts: [String]) {
        self.name(name)
        array(texts) { $0.value($1) }
    }
}
