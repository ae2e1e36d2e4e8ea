import Cells
import OrderedJSON

/// One thing `fallom doctor` looked at.
struct Finding: Hashable, Sendable {
    /// How it stands.
    enum Verdict: String, Hashable, Sendable {
        /// As it should be.
        case good
        /// It works, with less than there could be.
        case warning
        /// It does not work.
        case bad
    }

    /// What was looked at.
    var subject: String
    /// How it stands.
    var verdict: Verdict
    /// What was found.
    var found: String
    /// What to do, where there is something to do.
    var advice: String?

    init(_ subject: String, _ verdict: Verdict, _ found: String, advice: String? = nil) {
        self.subject = subject
        self.verdict = verdict
        self.found = found
        self.advice = advice
    }

    /// One object of `fallom doctor --json`.
    var json: JSONValue {
        .object([
            "check": .string(subject), "status": .string(verdict.rawValue), "found": .string(found),
            "advice": .text(advice),
        ])
    }

    /// The lines for people.
    func lines(for terminal: Terminal) -> [String] {
        let sign: (text: String, emphasis: Emphasis) =
            switch verdict {
            case .good: ("✓", .plain)
            case .warning: ("!", .warning)
            case .bad: ("✗", .error)
            }
        let gap = String(repeating: " ", count: max(1, 13 - subject.count))
        let line = "\(Table.painted(sign.text, sign.emphasis, terminal)) \(subject)\(gap)\(harmlessText(found))"
        guard let advice else { return [line] }
        return [line, "               → \(harmlessText(advice))"]
    }
}
