/// Prose in several scripts (the first article of the Universal Declaration of Human Rights, and instructions as prompts
/// have them), and random edits of it that remember what they planted.
enum Prose {
    static let paragraphs = [
        "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood.",
        "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt und sollen einander im Geiste der Brüderlichkeit begegnen.",
        "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и должны поступать в отношении друг друга в духе братства.",
        "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق. وقد وهبوا عقلاً وضميراً وعليهم أن يعامل بعضهم بعضاً بروح الإخاء.",
        "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है। उन्हें बुद्धि और अन्तरात्मा की देन प्राप्त है।",
        "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
        "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。",
        "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม",
        "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 부여받았으며 서로 형제애의 정신으로 행동하여야 한다.",
        "You are {{ agent_name }}, a support agent of {{company}}. Answer in {{language}} 🙂, never promise refunds, and don't guess: 3.5 stars aren't 4.",
        "- Ask one question at a time.\n- Cite the source of every figure.\n- Stop when the user says so.",
        "Output JSON only:\n{\n  \"answer\": \"…\",\n  \"confidence\": 0.0\n}",
    ]

    /// A text of some paragraphs.
    static func text(_ random: inout SeededGenerator, paragraphs count: ClosedRange<Int> = 1...8) -> String {
        let wanted = Int.random(in: count, using: &random)
        let end = ["\n", "", "\n\n"].randomElement(using: &random) ?? ""
        let separator = Int.random(in: 0..<4, using: &random) == 0 ? "\r\n\r\n" : "\n\n"
        return (0..<wanted).map { _ in paragraphs.randomElement(using: &random) ?? "" }.joined(separator: separator)
            + end
    }

    /// A text after some edits of every kind.
    static func edited(_ text: String, _ random: inout SeededGenerator) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            let line = Int.random(in: 0..<max(1, lines.count), using: &random)
            switch Int.random(in: 0..<9, using: &random) {
            case 0: lines.insert(paragraphs.randomElement(using: &random) ?? "", at: line)
            case 1: if !lines.isEmpty { lines.remove(at: min(line, lines.count - 1)) }
            case 2: if lines.count > 1 { lines.swapAt(line, Int.random(in: 0..<lines.count, using: &random)) }
            case 3: if !lines.isEmpty { lines[line] += "\r" }
            case 4: if !lines.isEmpty { lines[line] = "  " + lines[line] }
            case 5:
                lines.append(
                    ["", "\u{301}", "end", "\u{FEFF}", "\\ No newline at end of file"].randomElement(using: &random)
                        ?? "")
            case 6:
                if !lines.isEmpty {
                    var characters = Array(lines[line])
                    if !characters.isEmpty {
                        characters[Int.random(in: 0..<characters.count, using: &random)] =
                            ["x", "é", "e\u{301}", "👩‍👩‍👧", " ", "\t", "語"].randomElement(using: &random) ?? "x"
                    }
                    lines[line] = String(characters)
                }
            default:
                if !lines.isEmpty {
                    var words = lines[line].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
                    let word = Int.random(in: 0..<max(1, words.count), using: &random)
                    if words.isEmpty { words = [""] }
                    words[word] =
                        ["changed", "{{new_name}}", "", "two words", "изменено"].randomElement(using: &random) ?? ""
                    lines[line] = words.joined(separator: " ")
                }
            }
        }
        return lines.joined(separator: "\n")
    }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
