import Console
import Yams

extension YAMLReader {
    /// Where the lines between parts of screens lie.
    func splits(_ entry: Entry) throws -> [String: Int] {
        var splits: [String: Int] = [:]
        for (name, inner) in try entries(of: entry.value) {
            guard Split.names.contains(name) else {
                let known = Split.names.joined(separator: ", ")
                throw mistake(inner.key, "no screen with a line to move is called '\(name)'; known are \(known)")
            }
            guard let share = inner.value.int, Split.range.contains(share) else {
                let range = "\(Split.range.lowerBound) to \(Split.range.upperBound)"
                throw mistake(
                    inner.value, "splits.\(name) must be a whole number from \(range): hundredths before the line")
            }
            splits[name] = share
        }
        return splits
    }

    /// When the bell is rung.
    func bell(_ entry: Entry) throws -> ConsoleSettings.Bell {
        var bell = ConsoleSettings.Bell()
        for (name, inner) in try entries(of: entry.value) {
            switch name {
            case "errors": bell.onErrors = try flag(inner, "bell.errors")
            case "dollars_a_day":
                guard let dollars = inner.value.float, dollars > 0, dollars < 1_000_000 else {
                    throw mistake(inner.value, "bell.dollars_a_day must be a number above zero, like 5 or 0.50")
                }
                bell.dailyBudget = Int64((dollars * 1e9).rounded())
            default: throw mistake(inner.key, "unknown entry 'bell.\(name)'; known are errors, dollars_a_day")
            }
        }
        return bell
    }
}
