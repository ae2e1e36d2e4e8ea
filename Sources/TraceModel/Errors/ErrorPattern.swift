/// What an error's message says when all that varies from call to call is put aside: ids, numbers, quoted names.
///
/// What is put aside stands as `*`, as in a filter, so that `error:"…"` finds the spans of a pattern again; a row of
/// such things, as `1, 2, 3`, is one. Kept are status codes of HTTP, names of models and of errors, and what JSON says
/// under its keys. Line breaks are spaces.
public enum ErrorPattern {
    /// How long a pattern grows, in code points; what comes behind is put aside.
    static let longest = 300
    /// How far a message is looked at, in code points: it may have any length.
    private static let furthest = 16_000

    /// The pattern; `nil` where the message says nothing.
    public static func text(of message: String) -> String? {
        var scan = ErrorPatternScan(message.unicodeScalars.prefix(furthest))
        return scan.text()
    }
}

/// Reads a message once from its beginning to its end.
struct ErrorPatternScan {
    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var out: [Unicode.Scalar] = []
    /// Where the quotations end that were begun and are not put aside.
    private var closings: Set<Int> = []
    /// The word before, in small letters; numbers do not count.
    private var lastWord: String?

    init(_ scalars: some Sequence<Unicode.Scalar>) {
        self.scalars = Array(scalars)
    }

    mutating func text() -> String? {
        while place < scalars.count {
            guard out.count < ErrorPattern.longest else {
                putAside(["*"])
                break
            }
            step()
        }
        while out.last == " " { out.removeLast() }
        guard !out.isEmpty else { return nil }
        return String(String.UnicodeScalarView(out))
    }

    private mutating func step() {
        let scalar = scalars[place]
        if scalar.properties.isWhitespace {
            if !out.isEmpty, out.last != " " { out.append(" ") }
            place += 1
        } else if scalar.isOfWord {
            readWord()
        } else if scalar == "*" {
            // A masked secret has as many as the secret had letters.
            putAside(["*"])
            place += 1
        } else if closings.contains(place) {
            copy(scalar == "\\" ? 2 : 1)
        } else if let quotation = Quotation(at: place, in: scalars) {
            read(quotation)
        } else {
            copy(1)
        }
    }

    private mutating func copy(_ count: Int) {
        out += scalars[place..<place + count]
        place += count
    }

    /// Writes what stands for something that varies. Names in a row are one, and numbers in brackets, as `[1, 2, 3]`.
    private mutating func putAside(_ mark: [Unicode.Scalar]) {
        for gap: [Unicode.Scalar] in [[], [","], [",", " "], [" "]]
        where out.suffix(mark.count + gap.count).elementsEqual(mark + gap) {
            let before = out.dropLast(mark.count + gap.count).last
            guard gap.isEmpty || mark.count > 1 || before == "[" || before == "(" else { break }
            out.removeLast(gap.count)
            return
        }
        out += mark
    }

    // MARK: Quotations

    private mutating func read(_ quotation: Quotation) {
        guard let end = quotation.end else { return copy(quotation.width) }
        guard quotation.isName(in: scalars) else {
            closings.insert(end)
            return copy(quotation.width)
        }
        putAside(Array(scalars[place..<place + quotation.width] + ["*"] + scalars[end..<end + quotation.width]))
        place = end + quotation.width
        lastWord = ""
    }

    // MARK: Words

    private mutating func readWord() {
        let start = place
        let isNumber = scalars[start].isDigit
        while place < scalars.count, goesOn(isNumber) { place += 1 }
        let word = ErrorWord(scalars[start..<place])
        if isNumber, word.mayBeStatus, isStatus {
            out += word.scalars
        } else {
            let shown = word.pattern
            if shown.first == "*" { putAside(["*"]) } else { out += shown.prefix(1) }
            out += shown.dropFirst()
        }
        if !isNumber { lastWord = word.scalars.count <= 20 ? word.text.lowercased() : "" }
    }

    /// Whether the word goes on here: signs that join belong to it where something follows.
    private func goesOn(_ isNumber: Bool) -> Bool {
        let scalar = scalars[place]
        if scalar.isOfWord { return true }
        guard place + 1 < scalars.count else { return false }
        let next = scalars[place + 1]
        switch scalar {
        case "-": return next.isOfWord
        case ".": return isNumber ? next.isDigit : next.isOfWord
        case ",", ":": return isNumber && next.isDigit
        default: return false
        }
    }

    /// Whether the number that was just read is a status by what stands before and behind it.
    private var isStatus: Bool {
        guard let lastWord else { return true }
        return Self.beforeStatus.contains(lastWord) || lastWord.hasSuffix("error") || lastWord.hasSuffix("exception")
            || Self.afterStatus.contains(nextWord)
    }

    private static let beforeStatus: Set = [
        "status", "code", "http", "https", "status_code", "statuscode", "response", "returned", "responded", "got",
    ]
    private static let afterStatus: Set = [
        "bad", "unauthorized", "payment", "forbidden", "not", "conflict", "gone", "payload", "unprocessable", "too",
        "internal", "service", "gateway", "client", "server",
    ]

    private var nextWord: String {
        let rest = scalars[place...].prefix(24).drop { !$0.isOfWord }
        return String(String.UnicodeScalarView(rest.prefix { $0.isOfWord })).lowercased()
    }
}

/// A quotation that begins at a place of a message, and what it is.
private struct Quotation {
    private let start: Int
    /// Where its closing sign stands; `nil` where it has none.
    let end: Int?
    /// How many code points its signs take: two with a backslash, as in JSON within JSON.
    let width: Int

    private static let signs: [Unicode.Scalar: Unicode.Scalar] = [
        "'": "'", "\"": "\"", "`": "`", "“": "”", "‘": "’", "«": "»",
    ]
    /// How far the closing sign is looked for.
    private static let furthest = 1_000

    /// `nil` where none begins: behind a letter stands an apostrophe.
    init?(at place: Int, in scalars: [Unicode.Scalar]) {
        let isEscaped = scalars[place] == "\\" && place + 1 < scalars.count
        guard let sign = Self.signs[scalars[isEscaped ? place + 1 : place]], place == 0 || !scalars[place - 1].isOfWord
        else { return nil }
        start = place
        width = isEscaped ? 2 : 1
        end = Self.end(sign, isEscaped, in: scalars, from: place + width)
    }

    private static func end(
        _ sign: Unicode.Scalar, _ isEscaped: Bool, in scalars: [Unicode.Scalar], from first: Int
    ) -> Int? {
        func ends(before next: Int) -> Bool { next >= scalars.count || !scalars[next].isOfWord }
        var place = first
        while place < min(scalars.count, first + furthest), scalars[place] != "\n" {
            if scalars[place] == "\\" {
                if isEscaped, place + 1 < scalars.count, scalars[place + 1] == sign, ends(before: place + 2) {
                    return place
                }
                place += 2
                continue
            }
            if scalars[place] == sign {
                // A quotation around this one ends first.
                if isEscaped { return nil }
                if ends(before: place + 1) { return place }
            }
            place += 1
        }
        return nil
    }

    /// Whether it names something: neither a key of JSON, nor the value of one, nor a sentence.
    func isName(in scalars: [Unicode.Scalar]) -> Bool {
        guard let end, end - start <= 200 else { return false }
        guard scalars[start..<end].count(where: { $0 == " " }) <= 3 else { return false }
        let before = Self.last(before: start, in: scalars)
        switch before.map({ scalars[$0] }) {
        case "{"?, ","?: return Self.first(from: end + width, in: scalars) != ":"
        case ":"?:
            let beforeColon = before.flatMap { Self.last(before: $0, in: scalars) }
            return beforeColon.map { Self.signs[scalars[$0]] == nil } ?? true
        default: return true
        }
    }

    /// What stands around it, a few spaces apart.
    private static func last(before place: Int, in scalars: [Unicode.Scalar]) -> Int? {
        (max(0, place - 8)..<place).last { !scalars[$0].properties.isWhitespace }
    }

    private static func first(from place: Int, in scalars: [Unicode.Scalar]) -> Unicode.Scalar? {
        scalars[min(place, scalars.count)...].prefix(8).first { !$0.properties.isWhitespace }
    }
}
