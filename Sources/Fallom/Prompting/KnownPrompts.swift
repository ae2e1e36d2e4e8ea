import Assignment
import Prompts

/// The prompts that were rendered lately, found by the text that a call holds.
///
/// A prompt is found by one of its two parts when the part stands in a message as the whole of it, or inside of it
/// where it is too long for chance. A part that is nothing but values (`{{question}}`) proves nothing by itself: the
/// same words may come from anywhere.
struct KnownPrompts: Sendable {
    /// The shortest text that counts inside of a longer one, and how much of it has to be the template's own: bytes.
    static let containedCount = 20
    static let containedFixedCount = 12
    private static let capacity = 16_384

    enum Part: Hashable, Sendable { case system, user }

    /// A text, for a session or for all of them.
    private struct Key: Hashable {
        var print: TextPrint
        var session: UTF8Key?
    }

    /// What a text says of a prompt.
    private struct Fact {
        var part: Part
        /// When the text was rendered first and last.
        var first: Int
        var last: Int
        var fixedCount: Int
    }

    /// A text whose first bytes are these.
    private struct Stem: Hashable {
        var hash: UInt64
        var session: UTF8Key?
    }

    private var facts: [Key: [PromptTag: Fact]] = [:]
    /// The lengths of the texts that begin with a stem, with how many there are of each.
    private var stems: [Stem: [Int: Int]] = [:]
    private var order: ArraySlice<(key: Key, tag: PromptTag, stem: Stem?)> = []
    private(set) var sieve = StemSieve()
    private var goneStems = 0

    var isEmpty: Bool { facts.isEmpty }

    /// Takes a rendered prompt; `session` is `nil` for one that any session may use.
    mutating func add(_ prompt: PromptResult, session: UTF8Key?, number: Int) {
        let tag = PromptTag(prompt)
        for (part, rendered) in [(Part.system, prompt.rendered.system), (.user, prompt.rendered.user)]
        where !rendered.text.isEmpty {
            let fact = Fact(part: part, first: number, last: number, fixedCount: rendered.fixedCount)
            add(fact, of: tag, rendered.text, session)
        }
        while order.count > Self.capacity { removeOldest() }
    }

    private mutating func add(_ fact: Fact, of tag: PromptTag, _ text: String, _ session: UTF8Key?) {
        let key = Key(print: TextPrint(text.utf8), session: session)
        if facts[key]?[tag] != nil {
            facts[key]?[tag]?.last = fact.last
            return
        }
        facts[key, default: [:]][tag] = fact
        var stem: Stem?
        if key.print.count >= Self.containedCount, fact.fixedCount >= Self.containedFixedCount {
            let hash = TextPrint(text.utf8.prefix(Self.containedCount)).hash
            let made = Stem(hash: hash, session: session)
            stems[made, default: [:]][key.print.count, default: 0] += 1
            sieve.add(hash)
            stem = made
        }
        order.append((key, tag, stem))
    }

    private mutating func removeOldest() {
        guard let (key, tag, stem) = order.popFirst() else { return }
        if order.startIndex > Self.capacity { order = ArraySlice(Array(order)) }
        facts[key]?[tag] = nil
        if facts[key]?.isEmpty == true { facts[key] = nil }
        guard let stem, let count = stems[stem]?[key.print.count] else { return }
        stems[stem]?[key.print.count] = count > 1 ? count - 1 : nil
        guard stems[stem]?.isEmpty == true else { return }
        stems[stem] = nil
        // The sieve cannot forget one stem; it is made anew when much of what it lets pass is gone.
        goneStems += 1
        guard goneStems > Self.capacity / 4 else { return }
        goneStems = 0
        sieve = StemSieve()
        for stem in stems.keys { sieve.add(stem.hash) }
    }
}

extension KnownPrompts {
    /// What the texts of a call's messages say about each prompt.
    private struct Evidence {
        var parts: Set<Part> = []
        var isProof = false
        var isOwn = false
        var length = 0
        var last = 0

        /// More parts count more, then the session's own, then the longer text, then the later one.
        func isBetter(than other: Evidence) -> Bool {
            (parts.count, isOwn ? 1 : 0, length, last) > (
                other.parts.count, other.isOwn ? 1 : 0, other.length, other.last
            )
        }

        mutating func take(_ fact: Fact, isOwn: Bool, length: Int) {
            parts.insert(fact.part)
            isProof = isProof || fact.fixedCount > 0
            self.isOwn = self.isOwn || isOwn
            self.length = max(self.length, length)
            last = max(last, fact.last)
        }
    }

    /// The prompt that a call uses: the messages' texts, each with the places where a known text may begin; `mark` is
    /// the number of the last prompt that was rendered before the call.
    func prompt(in texts: [(text: PrintedText, places: [Int])], session: UTF8Key, before mark: Int) -> PromptTag? {
        var found: [PromptTag: Evidence] = [:]
        func note(_ print: TextPrint, _ session: UTF8Key?, isWhole: Bool) {
            for (tag, fact) in facts[Key(print: print, session: session)] ?? [:] where fact.first <= mark {
                guard isWhole || fact.fixedCount >= Self.containedFixedCount else { continue }
                found[tag, default: Evidence()].take(fact, isOwn: session != nil, length: print.count)
            }
        }
        for (text, places) in texts {
            for owner in [session, nil] { note(text.whole, owner, isWhole: true) }
            for place in places {
                let hash = text.print(from: place, length: Self.containedCount).hash
                for owner in [session, nil] {
                    for length in (stems[Stem(hash: hash, session: owner)] ?? [:]).keys
                    where place + length <= text.count {
                        note(text.print(from: place, length: length), owner, isWhole: false)
                    }
                }
            }
        }
        return found.filter { $0.value.isProof || $0.value.parts.count == 2 }
            .max { $1.value.isBetter(than: $0.value) }?.key
    }
}

/// Which stems may be known: a quick no for nearly all places of a text.
struct StemSieve: Sendable {
    private var bits = [UInt64](repeating: 0, count: 1024)
    private(set) var isEmpty = true

    mutating func add(_ hash: UInt64) {
        let place = Self.place(hash)
        bits[place >> 6] |= 1 << UInt64(place & 63)
        isEmpty = false
    }

    func mayKnow(_ hash: UInt64) -> Bool {
        let place = Self.place(hash)
        return bits[place >> 6] & (1 << UInt64(place & 63)) != 0
    }

    private static func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 48) }
}
