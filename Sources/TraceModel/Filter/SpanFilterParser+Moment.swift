extension SpanFilterParser {
    /// Reads `15m`, `2h`, `7d` before now; a date with or without a time, `14:00`, `today`, `yesterday` by the wall clock of
    /// whoever types, or in UTC where a `Z` ends it.
    func moment(_ value: Value) throws(FilterMistake) -> Timestamp {
        let (number, unit) = Self.numberAndUnit(value.text)
        if let number, number >= 0, let scale = Self.nanoseconds(perUnit: unit) {
            guard number * scale < 9e18 else {
                throw value.mistake("that is too long ago", hint: "use since:30d or a date")
            }
            return now.advanced(byNanoseconds: -Int64(number * scale))
        }
        if let moment = wallMoment(value.text) { return moment }
        throw value.mistake(
            "\"\(value.text)\" is no time",
            hint: "use 15m, 2h, 7d, 14:00, yesterday, 2026-11-23, 2026-11-23T14:00 (with Z in UTC)")
    }

    private func wallMoment(_ text: String) -> Timestamp? {
        let isUTC = text.last == "Z"
        let body = isUTC ? text.dropLast() : text[...]
        let today = Self.floor(wallSeconds(now), 86400)
        switch body {
        case "today": return moment(atWall: today, isUTC: isUTC)
        case "yesterday": return moment(atWall: today - 86400, isUTC: isUTC)
        default: break
        }
        let halves = body.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        if halves.count == 1, let time = Self.timeOfDay(halves[0]) {
            // The last time that the clock showed it.
            let moment = moment(atWall: today + time, isUTC: isUTC)
            return moment.map { $0 > now } ?? true ? self.moment(atWall: today - 86400 + time, isUTC: isUTC) : moment
        }
        guard let day = Self.day(halves[0]) else { return nil }
        guard halves.count == 2 else { return moment(atWall: day, isUTC: isUTC) }
        return Self.timeOfDay(halves[1]).flatMap { moment(atWall: day + $0, isUTC: isUTC) }
    }

    /// Seconds since 1970 as the wall clock counts them.
    private func wallSeconds(_ moment: Timestamp) -> Int64 {
        Self.floor(moment.unixNanoseconds, 1_000_000_000) / 1_000_000_000 + Int64(offset(moment))
    }

    /// The moment at which the wall clock shows so many seconds; of two, when it was set back, the second.
    private func moment(atWall seconds: Int64, isUTC: Bool) -> Timestamp? {
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return nil }
        let asUTC = Timestamp(unixNanoseconds: nanoseconds)
        guard !isUTC else { return asUTC }
        let near = asUTC.advanced(byNanoseconds: -Int64(offset(asUTC)) * 1_000_000_000)
        return asUTC.advanced(byNanoseconds: -Int64(offset(near)) * 1_000_000_000)
    }

    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return value - (rest < 0 ? rest + divisor : rest)
    }

    /// `YYYY-MM-DD` in seconds since 1970.
    private static func day(_ text: Substring) -> Int64? {
        let date = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard date.count == 3, let year = date[0], let month = date[1], let day = date[2],
            (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        return Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch) * 86400
    }

    /// `HH:MM` or `HH:MM:SS` in seconds.
    private static func timeOfDay(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2 || parts.count == 3 else { return nil }
        var seconds: Int64 = 0
        for (index, part) in parts.enumerated() {
            guard let part, part >= 0, part < (index == 0 ? 24 : 60) else { return nil }
            seconds += Int64(part) * [3600, 60, 1][index]
        }
        return seconds
    }
}
