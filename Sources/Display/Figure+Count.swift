package import TraceModel

extension Figure {
    /// With a comma between thousands: `4,120`.
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var result = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return result
    }

    /// A number with its noun, in the plural where it is due: `1 call`, `7 calls`.
    package static func count(_ value: Int, _ noun: String, plural: String? = nil) -> String {
        count(value) + " " + (value == 1 ? noun : plural ?? noun + "s")
    }

    /// A mean as the whole number next to it: `4,120`.
    package static func count(mean: Double) -> String {
        guard !mean.isNaN else { return "?" }
        return count(Int(min(max(mean.rounded(), -9e18), 9e18)))
    }

    /// In at most five characters: `999`, `4.1k`, `128k`, `1.3M`, `2.0G`.
    package static func compact(_ value: Int) -> String {
        let magnitude = value.magnitude
        let sign = value < 0 ? "-" : ""
        if magnitude < 1_000 { return sign + String(magnitude) }
        var unit: UInt = 1_000
        for letter in ["k", "M", "G", "T"] {
            let tenths = (magnitude / (unit / 100) + 5) / 10
            if tenths < 100 { return sign + "\(tenths / 10).\(tenths % 10)" + letter }
            let whole = (magnitude / (unit / 10) + 5) / 10
            if whole < 1_000 { return sign + "\(whole)" + letter }
            unit *= 1_000
        }
        return sign + count(Int(magnitude / 1_000_000_000_000)) + "T"
    }

    /// Tokens in and out: `4,120 → 388`; what is unknown is left blank, and the total alone where only that is known.
    package static func tokens(_ usage: TokenUsage, arrow: String = "→") -> String {
        switch (usage.prompt, usage.completion) {
        case (nil, nil): usage.total.map { count($0) } ?? ""
        case (let prompt?, nil): count(prompt) + " " + arrow
        case (nil, let completion?): arrow + " " + count(completion)
        case (let prompt?, let completion?): count(prompt) + " " + arrow + " " + count(completion)
        }
    }

    /// Bytes in powers of 1,000: `640 B`, `1.2 kB`, `2.0 MB`.
    package static func bytes(_ value: some BinaryInteger) -> String {
        if value < 1_000 { return "\(value) B" }
        let short = compact(Int(clamping: value))
        let unit = short.last.map { $0 == "k" ? "kB" : "\($0)B" } ?? "B"
        return short.dropLast() + " " + unit
    }
}
