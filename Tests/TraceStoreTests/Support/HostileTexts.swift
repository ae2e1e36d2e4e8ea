import TraceModel

/// Texts as hostile to a search as can be, and filters that look for what is in them, or nearly is.
struct HostileTexts {
    var dice: Dice

    private static let words = [
        "refund", "Straße", "STRASSE", "café", "cafe\u{301}", "模型", "价格模型", "が", "か\u{3099}", "한국", "😀", "👩🏽‍💻", "a", "%",
        "100%", "\"quoted\"", "back\\slash", "C:\\new", "\\u00e9tude", "line\nbreak", "tab\there", "й", "И", "Ναί",
        "ΝΑΊ",
        "{\"a\": 1}", "it's", "null", "None", "x*y", "(bracket)", "\u{2028}sep", "\u{0}nul", "ﬁn", "İstanbul",
        "K\u{212A}",
        "1e5", "0.50", "12345678901234567890", "https://a.b/c?d=e", "-5", "the", "model", "apologise", "zz",
    ]

    mutating func text() -> String {
        let count = dice.chance(20) ? 60 : Int(dice.number(0...9))
        return (0..<count).map { _ in dice.pick(Self.words) }.joined(separator: dice.pick([" ", " ", "", "\n"]))
    }

    /// A term of a filter: a piece of some text, a word, or a field.
    mutating func term(from texts: [String]) -> String {
        let fields = [
            "model:gpt*", "status:error", "kind:llm", "tokens>5", "session:a", "-customer:*", "content:mod*l",
            "error:boom",
            "input:the", "attr.size:17", "attr.size:*1*", "attr.none:x", "since:1970-01-01", "until:1970-01-01",
            "latency>20ns", "latency<=70ns", "ttft<10ns", "cost>0.00000001", "tag:PROD", "name:100%", "trace:o1-*",
            "content:*", "prompt:onboarding@3", "config:service", "variant:1", "status:running",
        ]
        switch Int(dice.number(0...6)) {
        case 0: return dice.pick(fields)
        case 1: return quoted(dice.pick(Self.words))
        case 2: return quoted(dice.pick(Self.words) + " " + dice.pick(Self.words))
        case 3: return quoted("nobody said this")
        case 4: return quoted(dice.pick(Self.words).uppercased())
        default: return quoted(piece(of: dice.pick(texts)))
        }
    }

    mutating func expression(from texts: [String], depth: Int = 0) -> String {
        let parts = (0..<Int(dice.number(1...3))).map { _ -> String in
            let inner =
                depth < 2 && dice.chance(4) ? "(\(expression(from: texts, depth: depth + 1)))" : term(from: texts)
            return dice.chance(5) ? "-" + inner : inner
        }
        return parts.joined(separator: dice.chance(3) ? " OR " : " ")
    }

    private mutating func piece(of text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        guard !scalars.isEmpty else { return "empty" }
        let start = Int.random(in: scalars.indices, using: &dice)
        let length = min(scalars.count - start, Int(dice.number(1...24)))
        var piece = String.UnicodeScalarView()
        piece.append(contentsOf: scalars[start..<start + length])
        return String(piece)
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
