extension SpanFilterParser {
    /// Reads a number with its unit into the field's own unit: nanoseconds, tokens or nano-dollars.
    func quantity(_ value: Value, of field: SpanFilter.NumberField) throws(FilterMistake) -> Int64 {
        let (number, unit) = Self.numberAndUnit(value.text)
        guard let number else {
            throw value.mistake("\"\(value.text)\" is no number", hint: Self.example(of: field))
        }
        let scaled: Double? =
            switch field {
            case .latency, .ttft: Self.nanoseconds(perUnit: unit).map { number * $0 }
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

    /// Reads `15m`, `2h`, `7d` before now, or a date with or without a time, in UTC.
    func moment(_ value: Value) throws(FilterMistake) -> Timestamp {
        let (number, unit) = Self.numberAndUnit(value.text)
        if let number, number >= 0, let scale = Self.nanoseconds(perUnit: unit) {
            guard number * scale < 9e18 else {
                throw value.mistake("that is too long ago", hint: "use since:30d or a date")
            }
            return now.advanced(byNanoseconds: -Int64(number * scale))
        }
        if let moment = Self.calendarMoment(value.text) { return moment }
        throw value.mistake(
            "\"\(value.text)\" is no time", hint: "use 15m, 2h, 7d, 2026-11-23 or 2026-11-23T14:00 (UTC)")
    }

    private static func numberAndUnit(_ text: String) -> (number: Double?, unit: String) {
        var rest = text[...]
        let hasDollar = rest.first == "$"
        if hasDollar { rest.removeFirst() }
        let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
        let unit = String(rest.dropFirst(digits.count))
        return (Double(digits), hasDollar ? "$" + unit : unit)
    }

    private static func nanoseconds(perUnit unit: String) -> Double? {
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
        case .tokens: "use tokens>1000 or tokens>2k"
        case .cost: "use cost>0.01 (US dollars)"
        }
    }

    /// `YYYY-MM-DD`, optionally `THH:MM` or `THH:MM:SS`, optionally `Z`.
    private static func calendarMoment(_ text: String) -> Timestamp? {
        var body = text[...]
        if body.last == "Z" { body.removeLast() }
        let halves = body.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        let date = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard date.count == 3, let year = date[0], let month = date[1], let day = date[2],
            (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var clock = [0, 0, 0]
        if halves.count == 2 {
            let parts = halves[1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2 || parts.count == 3 else { return nil }
            for (index, part) in parts.enumerated() {
                guard let part, part >= 0, part < (index == 0 ? 24 : 60) else { return nil }
                clock[index] = part
            }
        }
        let seconds =
            CivilDate(year: year, month: month, day: day).daysSinceEpoch * 86400 + clock[0] * 3600 + clock[1] * 60
            + clock[2]
        let (nanoseconds, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : Timestamp(unixNanoseconds: nanoseconds)
    }
}
