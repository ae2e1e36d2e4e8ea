import Foundation
import Prompts
import Testing

@Suite struct TextDiffTests {
    @Test(arguments: 0..<10)
    func `rows give back both texts, and what is unmarked is the same on both sides`(_ seed: Int) {
        var random = SeededGenerator(state: UInt64(seed))
        for _ in 0..<40 {
            let old = Prose.text(&random)
            let new = Int.random(in: 0..<8, using: &random) == 0 ? Prose.text(&random) : Prose.edited(old, &random)
            let diff = TextDiff(old: old, new: new)
            #expect(bytes(diff.rows.compactMap(\.old)) == Array(old.utf8))
            #expect(bytes(diff.rows.compactMap(\.new)) == Array(new.utf8))
            let still = diff.rows.filter { if case .moved = $0.kind { false } else { true } }
            #expect(unmarked(still.compactMap(\.old)) == unmarked(still.compactMap(\.new)), "\(old)\n—\n\(new)")
            for row in diff.rows { checkGraphemes(row) }
            if old.utf8.elementsEqual(new.utf8) { #expect(diff.isEmpty && diff.rows.allSatisfy { $0.kind == .equal }) }
        }
    }

    @Test(arguments: 0..<10)
    func `no more words are marked than were planted`(_ seed: Int) {
        var random = SeededGenerator(state: UInt64(seed) &+ 1000)
        for round in 0..<30 {
            let old = Prose.paragraphs.shuffled(using: &random).prefix(4).joined(separator: "\n\n")
            var words = old.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            var planted: [String] = []
            var replaced: [String] = []
            for edit in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<words.count, using: &random)
                guard !words[place].contains(where: { "\n{}_".contains($0) }), !words[place].hasPrefix("planted") else {
                    continue
                }
                let word = "planted\(round)x\(edit)"
                planted.append(word)
                replaced.append(words[place])
                words[place] = word
            }
            let diff = TextDiff(old: old, new: words.joined(separator: " "))
            #expect(marked(diff.rows.compactMap(\.new)).sorted() == planted.sorted())
            let count = { (texts: [String]) in texts.joined().filter { !$0.isWhitespace }.count }
            #expect(count(marked(diff.rows.compactMap(\.old))) == count(replaced))
        }
    }

    @Test func `one inserted line marks nothing that follows`() {
        let lines = (0..<50).map { "Line number \($0) of the prompt." }
        var new = lines
        new.insert("A wholly new line.", at: 10)
        let diff = TextDiff(old: lines.joined(separator: "\n"), new: new.joined(separator: "\n"))
        #expect(diff.rows.filter { $0.kind != .equal }.map(\.kind) == [.added])
        #expect(diff.hunks() == [7..<14])
    }

    @Test func `a moved paragraph is shown as moved and nothing else changed`() {
        var paragraphs = Prose.paragraphs
        let old = paragraphs.joined(separator: "\n\n")
        paragraphs.append(paragraphs.remove(at: 2))
        let diff = TextDiff(old: old, new: paragraphs.joined(separator: "\n\n"))
        #expect(diff.moves.count == 1)
        for row in diff.rows where row.kind != .equal {
            let text = (row.old ?? row.new)?.text ?? ""
            if case .moved(0) = row.kind {
                #expect(text == Prose.paragraphs[2])
            } else {
                #expect(text.isEmpty || row.kind == .whitespace)
            }
        }
    }

    @Test func `renamed, added and removed placeholders are told apart`() {
        let old = "Hi {{ user_name }}, from {{company}}. Talk {{tone}}. Bye {{user_name}}."
        let new = "Hi {{ customer }}, from {{company}}. Bye {{customer}}, {{ date }}."
        let changes = PlaceholderChanges(old: Template(old), new: Template(new), diff: TextDiff(old: old, new: new))
        #expect(changes.renamed.map { [$0.old, $0.new] } == [["user_name", "customer"]])
        #expect(changes.added == ["date"])
        #expect(changes.removed == ["tone"])
    }

    @Test(arguments: [
        ("a b\n", "a  b\n"), ("  indented\n", "indented\n"), ("a\r\nb\r\n", "a\nb\n"), ("end", "end\n"),
        ("a\tb", "a b"),
        ("one two\nthree", "one\ntwo three"),
    ])
    func `changes of nothing but white space are quiet`(_ old: String, _ new: String) {
        let diff = TextDiff(old: old, new: new)
        let marks = diff.rows.flatMap { ($0.old?.segments ?? []) + ($0.new?.segments ?? []) }.map(\.mark)
        #expect(!marks.contains(.changed))
        #expect(!diff.isEmpty)
        #expect(diff.rows.contains { $0.kind != .equal })
        #expect(diff.isOnlyWhitespace)
    }

    @Test func `changed words lie beside each other, a changed phrase is one mark`() {
        let diff = TextDiff(old: "The quick brown fox jumps.\n", new: "The slow red fox jumps.\n")
        #expect(diff.rows.map(\.kind) == [.changed])
        #expect(diff.rows[0].old?.segments.map(\.text) == ["The ", "quick brown", " fox jumps."])
        #expect(diff.rows[0].new?.segments.map(\.text) == ["The ", "slow red", " fox jumps."])
    }

    @Test func `a paragraph among others is compared with its like, whatever was put between`() {
        let old = "First paragraph with some words.\n\nSecond paragraph, quite another one.\n"
        let new =
            "First paragraph with many words.\n\nBrand-new text stands here.\n\nSecond paragraph, quite another thing.\n"
        let kinds = TextDiff(old: old, new: new).rows.map(\.kind)
        #expect(kinds.filter { $0 == .changed }.count == 2)
        #expect(kinds.filter { $0 == .added }.count == 2)
        #expect(!kinds.contains(.removed))
    }

    @Test func `a full stop stays with its own line, whatever comes after`() {
        let old = "Never promise a refund. Say that a colleague will answer.\n\nKeep every answer under 200 words.\n"
        let new =
            "Say first what we can do.\n\nKeep every answer under 120 words.\n\nRefunds take {{days}} days. Wait then.\n"
        let changed = TextDiff(old: old, new: new).rows.filter { $0.kind == .changed }
        #expect(changed.map { $0.old?.segments.map(\.text) } == [["Keep every answer under ", "200", " words."]])
        #expect(changed.map { $0.new?.segments.map(\.text) } == [["Keep every answer under ", "120", " words."]])
    }

    @Test func `what was written anew is one change, not a heap of chances`() {
        let old = "Answer at once. Suggest for each day a morning, an afternoon and an evening walk. Be kind."
        let new = "Answer at once. Write about every day in a short paragraph of two sentences at most. Be kind."
        let row = TextDiff(old: old, new: new).rows[0]
        #expect(row.old?.segments.map(\.mark) == [.equal, .changed, .equal])
        #expect(row.new?.segments.map(\.mark) == [.equal, .changed, .equal])
    }

    @Test func `inserted sentences are marked as sentences`() {
        let old = "Read it twice. Give one reason for each. Do not rewrite it."
        let new = "Read it twice. Give one reason for each. Give praise. Quote it. Do not rewrite it."
        let row = TextDiff(old: old, new: new).rows[0]
        #expect(row.new?.segments.filter { $0.mark == .changed }.map(\.text) == ["Give praise. Quote it. "])
    }

    @Test func `a paragraph wrapped at other places is quiet on every line`() {
        let old = "One two three four five six\nseven eight nine ten eleven\ntwelve thirteen.\n"
        let new = "One two three\nfour five six seven\neight nine ten\neleven twelve\nthirteen.\n"
        #expect(TextDiff(old: old, new: new).rows.allSatisfy { $0.kind == .equal || $0.kind == .whitespace })
    }

    @Test func `words that a change pushed over a line's end are not marked`() {
        let old = "Read the whole diff before you\nwrite anything. Point out mistakes first, then risks.\n"
        let new =
            "Read the whole diff and the\nlinked issue before you write anything. Point out mistakes first, then risks.\n"
        let diff = TextDiff(old: old, new: new)
        let marked = { (lines: [DiffLine]) in
            lines.flatMap { $0.segments.filter { $0.mark == .changed } }.map {
                $0.text.trimmingCharacters(in: .whitespaces)
            }
        }
        #expect(marked(diff.rows.compactMap(\.old)) == [])
        #expect(marked(diff.rows.compactMap(\.new)) == ["and the", "linked issue"])
    }

    @Test(arguments: EditFixture.all)
    func `twenty edits of prompts as people make them keep what every diff promises`(_ edit: EditFixture) {
        let diff = TextDiff(old: edit.before, new: edit.after)
        #expect(bytes(diff.rows.compactMap(\.old)) == Array(edit.before.utf8))
        #expect(bytes(diff.rows.compactMap(\.new)) == Array(edit.after.utf8))
        let still = diff.rows.filter { if case .moved = $0.kind { false } else { true } }
        #expect(unmarked(still.compactMap(\.old)) == unmarked(still.compactMap(\.new)))
        for row in diff.rows { checkGraphemes(row) }
        #expect(!diff.isCoarse)
    }

    @Test func `accents and joined emoji are whole or not marked`() {
        let diff = TextDiff(old: "cafe\u{301} 👩‍👩‍👧 x", new: "caf\u{E9} 👩‍👩‍👦 x")
        #expect(diff.rows[0].old?.segments.map(\.text) == ["cafe\u{301} 👩‍👩‍👧", " x"])
        #expect(diff.rows[0].new?.segments.map { Array($0.text.utf8) } == ["caf\u{E9} 👩‍👩‍👦", " x"].map { Array($0.utf8) })
    }

    @Test func `pathological texts are bounded and said to be coarse`() {
        var random = SeededGenerator(state: 5)
        let old = (0..<4000).map { _ in ["a", "b", "c"].randomElement(using: &random) ?? "" }.joined(separator: "\n")
        let new = (0..<4000).map { _ in ["a", "b", "c"].randomElement(using: &random) ?? "" }.joined(separator: "\n")
        let diff = TextDiff(old: old, new: new)
        #expect(bytes(diff.rows.compactMap(\.new)) == Array(new.utf8))
        let long = (0..<3000).map { "old line number \($0) with some more words in it" }.joined(separator: "\n")
        let other = (0..<3000).map { "new text number \($0 + 9000) and other words there" }.joined(separator: "\n")
        #expect(TextDiff(old: long, new: other).isCoarse)
    }

    @Test(arguments: [("", ""), ("", "a"), ("a", ""), ("\n", ""), ("a\n", "a")])
    func `empty texts have no rows and no trouble`(_ old: String, _ new: String) {
        let diff = TextDiff(old: old, new: new)
        #expect(bytes(diff.rows.compactMap(\.old)) == Array(old.utf8))
        #expect(bytes(diff.rows.compactMap(\.new)) == Array(new.utf8))
        #expect(diff.isEmpty == (old == new))
    }

    private func bytes(_ lines: [DiffLine]) -> [UInt8] {
        lines.flatMap { line -> [UInt8] in
            let end: String =
                switch line.terminator {
                case .lineFeed: "\n"
                case .carriageReturnLineFeed: "\r\n"
                case .none: ""
                }
            return Array(line.text.utf8) + Array(end.utf8)
        }
    }

    private func unmarked(_ lines: [DiffLine]) -> [UInt8] {
        lines.flatMap { $0.segments.filter { $0.mark == .equal }.flatMap { Array($0.text.utf8) } }
    }

    private func marked(_ lines: [DiffLine]) -> [String] {
        lines.flatMap {
            $0.segments.filter { $0.mark == .changed }.flatMap { $0.text.split(separator: " ") }.map(String.init)
        }
    }

    private func checkGraphemes(_ row: DiffRow) {
        for line in [row.old, row.new].compactMap({ $0 }) {
            #expect(line.segments.map(\.text.count).reduce(0, +) == line.text.count)
        }
    }
}
