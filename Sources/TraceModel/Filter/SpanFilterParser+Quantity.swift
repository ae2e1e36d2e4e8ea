extension SpanFilterParser {
    /// Reads a number with its unit into the field's own unit (``SpanFilter/NumberField``).
    func quantity(_ value: Value, of field: SpanFilter.NumberField) throws(FilterMistake) -> Int64 {
        let (number, unit) = Self.numberAndUnit(value.text)
        guard let number else {
            throw value.mistake("\"\(value.text)\" is no number", hint: Self.example(of: field))
        }
        let scaled: Double? =
            switch field {
            case .latency, .ttft: Self.nanoseconds(perUnit: unit).map { number * $0 }
            case .speed: unit == "" || unit == "tok/s" ? number * 1e3 : nil
            case .tokens: unit == "" ? number : unit == "k" ? number * 1e3 : unit == "M" ? number * 1e6 : nil
            case .cost: unit == "" || unit == "$" ? number * 1e9 : nil
            }
        guard let scaled else {
            let reason = unit.isEmpty ? "the unit is missing" : "\"\(unit)\" is no unit of it"
            throw value.mistake(reason, hint: Self.example(of: field))
        }
        guard abs(scaled) < 9e18 else {
            throw value.mistake("the number is too large", hint: Self.example(of: field))
        }
        return Int64(scaled.rounded())
    }

    static func numberAndUnit(_ text: String) -> (number: Double?, unit: String) {
        var rest = text[...]
        let hasDollar = rest.first == "$"
        if hasDollar { rest.removeFirst() }
        let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
        let unit = String(rest.dropFirst(digits.count))
        return (Double(digits), hasDollar ? "$" + unit : unit)
    }

    static func nanoseconds(perUnit unit: String) -> Double? {
        switch unit {
        case "ns": 1
        case "us", "µs", "μs": 1e3
        case "ms": 1e6
        case "s": 1e9
        case "m", "min": 60e9
        case "h": 3600e9
        case "d": 86400e9
        default: nil
        }
    }

    private static func example(of field: SpanFilter.NumberField) -> String {
        switch field {
        case .latency: "use latency>2s or latency>500ms"
        case .ttft: "use ttft>=500ms or ttft>1s"
        case .speed: "use speed>30 or speed<5.5 (completion tokens per second)"
        case .tokens: "use tokens>1000 or tokens>2k"
        case .cost: "use cost>0.01 (US dollars)"
        }
    }
}
