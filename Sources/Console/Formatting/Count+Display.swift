/// Whole numbers as a person reads them.
enum CountDisplay {
    /// With a comma between thousands: `4,120`.
    static func text(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var result = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return result
    }

    /// In at most five characters: `999`, `4.1k`, `128k`, `1.3M`, `2.0G`.
    static func compact(_ value: Int) -> String {
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
        return sign + text(Int(magnitude / 1_000_000_000_000)) + "T"
    }

    /// A number with its noun, in the plural where it is due: `1 call`, `7 calls`.
    static func text(_ value: Int, _ noun: String, plural: String? = nil) -> String {
        text(value) + " " + (value == 1 ? noun : plural ?? noun + "s")
    }

    /// Tokens in and out: `4,120 → 388`; what is unknown is left blank.
    static func tokens(prompt: Int?, completion: Int?, arrow: String) -> String {
        switch (prompt, completion) {
        case (nil, nil): ""
        case (let prompt?, nil): text(prompt) + " " + arrow
        case (nil, let completion?): arrow + " " + text(completion)
        case (let prompt?, let completion?): text(prompt) + " " + arrow + " " + text(completion)
        }
    }

    /// A share as a percentage with one place: `1.2%`; `100%` and `0%` are exact.
    static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0, part > 0 else { return "0%" }
        guard part < whole else { return "100%" }
        let tenths = (Double(part) / Double(whole) * 1_000).rounded()
        let shown = Int(min(max(tenths, 1), 999))
        return "\(shown / 10).\(shown % 10)%"
    }

    /// Bytes in powers of 1,000: `640 B`, `1.2 kB`, `2.0 MB`.
    static func bytes(_ value: Int) -> String {
        if value < 1_000 { return "\(value) B" }
        let short = compact(value)
        let unit = short.last.map { $0 == "k" ? "kB" : "\($0)B" } ?? "B"
        return short.dropLast() + " " + unit
    }
}
