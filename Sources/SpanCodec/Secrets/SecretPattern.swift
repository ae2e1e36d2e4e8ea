/// A pattern of the settings: what else is masked.
///
/// It is written like a regular expression of letters, classes and repetitions: `acme-[0-9]{8}`, `INT-\d{4}-\w+`,
/// `corp_(live|test)_` is written as two patterns. `.`, `[…]`, `[^…]`, `\d`, `\w`, `\s` stand for letters; `?`, `*`, `+`,
/// `{n}`, `{n,}`, `{n,m}` repeat the one in front; `|` parts whole patterns; a backslash makes any sign a letter. It is
/// followed through all its possibilities at once, so that no text takes longer than its length.
public struct SecretPattern: Sendable, Hashable {
    /// Why a text is no pattern.
    public struct Mistake: Error, Hashable, Sendable {
        /// One sentence without a full stop.
        public var reason: String
        /// Letters before it.
        public var offset: Int
    }

    /// A letter of the pattern: which bytes it takes, whether it may be left out, whether it may come again.
    struct Step: Hashable, Sendable {
        var letters: Letters
        var isOptional = false
        var repeats = false
    }

    /// A set of bytes.
    struct Letters: Hashable, Sendable {
        private var words: [UInt64] = [0, 0, 0, 0]

        func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }
        mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
        mutating func insert(_ bytes: ClosedRange<UInt8>) { for byte in bytes { insert(byte) } }
        mutating func formUnion(_ other: Letters) { for index in 0..<4 { words[index] |= other.words[index] } }
        mutating func invert() { for index in 0..<4 { words[index] = ~words[index] } }
        var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
    }

    private let alternatives: [[Step]]

    /// How many letters a pattern may have when its repetitions are written out.
    static let mostSteps = 1024

    /// Reads a pattern.
    public init(_ text: String) throws(Mistake) {
        var parser = PatternParser(text)
        alternatives = try parser.alternatives()
    }

    /// Whether it may be found in a message. With escapes in it that cannot be told from the bytes alone.
    func mayMatch(in bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.holds("\\u") || bytes.holds("\\/") { return true }
        return alternatives.contains { steps in
            var walk = PatternWalk(steps)
            return bytes.indices.contains { walk.take(bytes[$0], at: $0) != nil }
        }
    }

    /// Every match, from left to right, the longest first where several begin at one place.
    func forEachMatch(in bytes: UnsafeRawBufferPointer, _ body: (Range<Int>) -> Void) {
        for steps in alternatives {
            var walk = PatternWalk(steps)
            for index in bytes.indices {
                if let found = walk.take(bytes[index], at: index), let match = walk.settled(after: found) {
                    body(match)
                }
            }
            if let match = walk.finish() { body(match) }
        }
    }
}

/// All ways through a pattern at once, each with where it began.
private struct PatternWalk {
    private let steps: [SecretPattern.Step]
    /// For each step, the earliest beginning of a way that waits in front of it; `.max` for none.
    private var beginnings: [Int]
    private var next: [Int]
    /// The best match that may still grow.
    private var match: Range<Int>?

    init(_ steps: [SecretPattern.Step]) {
        self.steps = steps
        beginnings = [Int](repeating: .max, count: steps.count + 1)
        next = beginnings
    }

    /// Takes a byte; the match that ends with it, if any.
    mutating func take(_ byte: UInt8, at index: Int) -> Range<Int>? {
        enter(0, from: index, &beginnings)
        for step in next.indices { next[step] = .max }
        for step in steps.indices where beginnings[step] != .max && steps[step].letters.contains(byte) {
            if steps[step].repeats { enter(step, from: beginnings[step], &next) }
            enter(step + 1, from: beginnings[step], &next)
        }
        swap(&beginnings, &next)
        let start = beginnings[steps.count]
        return start == .max ? nil : start..<index + 1
    }

    /// Notes that a way waits in front of a step, and in front of those behind it that may be left out.
    private func enter(_ step: Int, from start: Int, _ ways: inout [Int]) {
        var step = step
        while true {
            ways[step] = min(ways[step], start)
            guard step < steps.count, steps[step].isOptional else { return }
            step += 1
        }
    }

    /// Keeps the longest of matches that overlap; the one before when a new one begins behind it.
    mutating func settled(after found: Range<Int>) -> Range<Int>? {
        guard let match else {
            self.match = found
            return nil
        }
        if found.lowerBound < match.upperBound {
            self.match = min(match.lowerBound, found.lowerBound)..<max(match.upperBound, found.upperBound)
            return nil
        }
        self.match = found
        return match
    }

    func finish() -> Range<Int>? { match }
}

/// Reads the text of a pattern.
private struct PatternParser {
    private let text: [UInt8]
    private var at = 0

    typealias Mistake = SecretPattern.Mistake
    typealias Letters = SecretPattern.Letters
    typealias Step = SecretPattern.Step

    init(_ text: String) {
        self.text = Array(text.utf8)
    }

    mutating func alternatives() throws(Mistake) -> [[Step]] {
        var all: [[Step]] = []
        repeat {
            let start = at
            let steps = try sequence()
            guard steps.contains(where: { !$0.isOptional }) else {
                throw Mistake(reason: "it would match the empty text", offset: start)
            }
            all.append(steps)
        } while take("|")
        guard at == text.count else { throw unexpected() }
        return all
    }

    private mutating func sequence() throws(Mistake) -> [Step] {
        var steps: [Step] = []
        while at < text.count, text[at] != UInt8(ascii: "|") {
            let start = at
            let letters = try letters()
            steps += try repeated(letters)
            guard steps.count <= SecretPattern.mostSteps else {
                throw Mistake(
                    reason: "with its repetitions written out it has more than \(SecretPattern.mostSteps) letters",
                    offset: start)
            }
        }
        return steps
    }

    private mutating func letters() throws(Mistake) -> Letters {
        var letters = Letters()
        let byte = text[at]
        switch byte {
        case UInt8(ascii: "["): return try bracketed()
        case UInt8(ascii: "\\"): return try escaped()
        case UInt8(ascii: "."): letters.invert()
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            throw unexpected()
        default: letters.insert(byte)
        }
        at += 1
        return letters
    }

    private func unexpected() -> Mistake {
        let sign = at < text.count ? String(UnicodeScalar(text[at])) : "its end"
        return Mistake(
            reason:
                "'\(sign)' is not expected here; a pattern is made of letters, [classes], \\d, \\w, \\s and ? * + {n}, "
                + "and a backslash makes a sign a letter", offset: at)
    }

    private mutating func escaped() throws(Mistake) -> Letters {
        at += 1
        guard at < text.count else { throw unexpected() }
        var letters = Letters()
        switch text[at] {
        case UInt8(ascii: "d"): letters.insert(UInt8(ascii: "0")...UInt8(ascii: "9"))
        case UInt8(ascii: "w"):
            letters.insert(UInt8(ascii: "0")...UInt8(ascii: "9"))
            letters.insert(UInt8(ascii: "A")...UInt8(ascii: "Z"))
            letters.insert(UInt8(ascii: "a")...UInt8(ascii: "z"))
            letters.insert(UInt8(ascii: "_"))
        case UInt8(ascii: "s"): for byte: UInt8 in [0x20, 0x09, 0x0A, 0x0D] { letters.insert(byte) }
        case UInt8(ascii: "n"): letters.insert(0x0A)
        case UInt8(ascii: "t"): letters.insert(0x09)
        case let byte where byte.isAlphanumeric: throw unexpected()
        case let byte: letters.insert(byte)
        }
        at += 1
        return letters
    }

    private mutating func bracketed() throws(Mistake) -> Letters {
        let start = at
        at += 1
        let isInverted = take("^")
        var letters = Letters()
        while at < text.count, text[at] != UInt8(ascii: "]") {
            if text[at] == UInt8(ascii: "\\") {
                letters.formUnion(try escaped())
                continue
            }
            let first = text[at]
            at += 1
            guard at + 1 < text.count, text[at] == UInt8(ascii: "-"), text[at + 1] != UInt8(ascii: "]") else {
                letters.insert(first)
                continue
            }
            let last = text[at + 1]
            guard first <= last else { throw Mistake(reason: "a range runs backwards", offset: at - 1) }
            letters.insert(first...last)
            at += 2
        }
        guard take("]"), !letters.isEmpty else {
            throw Mistake(reason: "a class is not closed, or empty", offset: start)
        }
        if isInverted { letters.invert() }
        return letters
    }

    private mutating func repeated(_ letters: Letters) throws(Mistake) -> [Step] {
        if take("?") { return [Step(letters: letters, isOptional: true)] }
        if take("*") { return [Step(letters: letters, isOptional: true, repeats: true)] }
        if take("+") { return [Step(letters: letters, repeats: true)] }
        let start = at
        guard take("{") else { return [Step(letters: letters)] }
        let least = number()
        let most = take(",") ? number() : least
        guard let least, take("}"), most ?? least >= least, least + (most ?? 0) <= 2 * SecretPattern.mostSteps else {
            throw Mistake(reason: "a repetition is written {n}, {n,} or {n,m}", offset: start)
        }
        var steps = [Step](repeating: Step(letters: letters), count: least)
        guard let most else { return steps + [Step(letters: letters, isOptional: true, repeats: true)] }
        steps += [Step](repeating: Step(letters: letters, isOptional: true), count: most - least)
        return steps
    }

    private mutating func number() -> Int? {
        let start = at
        while at < text.count, text[at].isDigit, at - start < 5 { at += 1 }
        return Int(String(decoding: text[start..<at], as: UTF8.self))
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard at < text.count, text[at] == UInt8(ascii: sign) else { return false }
        at += 1
        return true
    }
}
