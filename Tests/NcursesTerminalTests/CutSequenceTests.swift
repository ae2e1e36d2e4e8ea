import Cells
import Testing

@testable import NcursesTerminal

/// Sequences that a slow line cuts: what has begun is read on however late its rest comes, and no part of it is a key.
struct CutSequenceTests {
    private static let sequences: [String] = [
        "\u{1B}[A", "\u{1B}OA", "\u{1B}[1;5C", "\u{1B}[1;3D", "\u{1B}[5~", "\u{1B}[15~", "\u{1B}[24~", "\u{1B}OP",
        "\u{1B}[[E", "\u{1B}[1;2P", "\u{1B}OM", "\u{1B}[Z", "\u{1B}[13;2u", "\u{1B}[27;5;13~", "\u{1B}[25^",
        "\u{1B}[<65;59;28M", "\u{1B}[<0;5;7m", "\u{1B}[M !!", "\u{1B}[MaMS", "\u{1B}[I", "\u{1B}[O",
        "\u{1B}[200~Memo, Launch\u{1B}[201~", "\u{1B}[?1;2c", "\u{1B}[>0;276;0c", "\u{1B}[12;40R",
        "\u{1B}]11;rgb:dddd/eeee/ffff\u{7}", "\u{1B}]52;c;TUxTVA==\u{1B}\\", "\u{1B}P1$r0m\u{1B}\\",
        "\u{1B}P>|XTerm(370)\u{1B}\\", "\u{1B}[?2026;2$y", "\u{1B}_Gi=1;OK\u{1B}\\", "\u{1B}[99~", "\u{1B}[1;5X",
    ]

    private let parser = InputParser(sequences: [Array("\u{1B}[25^".utf8): Key(.function(3))])

    /// Whether an event is a command of the console: a character without a modifier.
    private func isLetter(_ event: InputEvent) -> Bool {
        guard case .key(let key) = event, case .character = key.code else { return false }
        return key.modifiers.isEmpty
    }

    @Test(arguments: sequences, [InputParser.Pause.short, .long])
    func `cut at any byte, no part is a key`(_ sequence: String, _ pause: InputParser.Pause) {
        let bytes = Array(sequence.utf8)
        var undivided = parser
        let whole = undivided.feed(bytes) + undivided.settle()
        for cut in 1..<bytes.count {
            var parser = parser
            let before = parser.feed(bytes[..<cut]) + parser.settle(pause)
            let after = parser.feed(bytes[cut...]) + parser.settle(pause)
            #expect(!(before + after).contains(where: isLetter), "cut at \(cut): \(before), \(after)")
            // What is not taken for a key before is told in full after.
            let expected = cut == 1 ? [.key(.escape)] + whole : whole
            if pause == .short || cut > 2 && bytes[cut] != 0x5C { #expect(before + after == expected, "cut at \(cut)") }
            #expect(parser.feed([0x71]) == [.key(.character("q"))], "after a cut at \(cut)")
        }
    }

    @Test(arguments: sequences)
    func `with a pause after every byte, no part is a key`(_ sequence: String) {
        var parser = parser
        var undivided = parser
        let whole = undivided.feed(sequence.utf8) + undivided.settle(.short)
        var events: [InputEvent] = []
        for byte in sequence.utf8 { events += parser.feed([byte]) + parser.settle(.short) }
        #expect(events == [.key(.escape)] + whole)
    }

    @Test(arguments: sequences)
    func `when the rest is lost, Enter and Ctrl-C are read`(_ sequence: String) {
        let bytes = Array(sequence.utf8)
        for cut in 1..<bytes.count {
            for (byte, key) in [(UInt8(0x0D), Key.enter), (0x03, .control("c"))] {
                var parser = parser
                _ = parser.feed(bytes[..<cut]) + parser.settle(.long)
                let isInPaste = sequence.hasPrefix("\u{1B}[200~") && cut >= 6
                if !isInPaste || byte == 0x03 { #expect(parser.feed([byte]).last == .key(key), "cut at \(cut)") }
            }
        }
    }

    @Test func `a sequence whose end is lost costs the keys up to a letter, not more`() {
        var parser = parser
        #expect(parser.feed("\u{1B}[<65;59;2".utf8) == [])
        #expect(parser.settle(.long) == [])
        #expect(parser.feed("1q".utf8) == [])
        #expect(parser.feed("M".utf8) == [.key(.character("M"))])
    }

    @Test func `more parameters than any sequence has are swallowed with its end`() {
        var parser = parser
        let digits = String(repeating: "1;", count: 5000)
        #expect(parser.feed("\u{1B}[\(digits)Mx".utf8) == [.key(.character("x"))])
    }

    @Test func `a paste whose end is lost gives Ctrl-C back, and Escape after a while`() {
        var parser = parser
        #expect(parser.feed("\u{1B}[200~Memo \u{3} Launch".utf8) == [])
        #expect(parser.feed([0x03]) == [.paste("Memo \u{3} Launch"), .key(.control("c"))])
        #expect(parser.feed("M".utf8) == [.key(.character("M"))])
        #expect(parser.feed("\u{1B}[200~Sorry".utf8) + parser.settle(.long) == [])
        #expect(parser.feed([0x1B]) == [])
        #expect(parser.awaited == .short)
        #expect(parser.settle(.short) == [.paste("Sorry"), .key(.escape)])
        // The end, should it come after all, is swallowed.
        #expect(parser.feed("\u{1B}[201~".utf8) == [])
    }

    @Test func `a paste that goes on after a long pause is one paste`() {
        var parser = parser
        #expect(parser.feed("\u{1B}[200~one".utf8) + parser.settle(.long) == [])
        #expect(parser.feed(" two\u{1B}".utf8) + parser.settle(.short) == [])
        #expect(parser.feed("[201~".utf8) == [.paste("one two")])
    }

    @Test func `an escape alone is the key, and brackets typed after it are keys`() {
        var parser = parser
        #expect(parser.feed([0x1B]) == [])
        #expect(parser.settle(.short) == [.key(.escape)])
        #expect(parser.settle(.long) == [])
        #expect(parser.feed("]".utf8) == [])
        #expect(parser.awaited == .short)
        #expect(parser.settle(.short) == [.key(.character("]"))])
        #expect(parser.feed([0x1B]) + parser.settle(.short) == [.key(.escape)])
        #expect(parser.feed("[x".utf8) == [.key(.character("[")), .key(.character("x"))])
        #expect(parser.awaited == nil)
    }

    /// What one byte or one pause does in every state.
    @Test(arguments: [
        ("", InputParser.State.ground, nil),
        ("\u{1B}", .escape(isAlt: false), InputParser.Pause.short),
        ("\u{1B}\u{1B}", .escape(isAlt: true), .short),
        ("\u{1B}…", .afterEscape(isLate: false), .long),
        ("\u{1B}…[", .afterEscapeThen(0x5B, isLate: false), .long),
        ("\u{1B}……", .afterEscape(isLate: true), nil),
        ("\u{1B}……[", .afterEscapeThen(0x5B, isLate: true), .short),
        ("\u{1B}[", .control(isAlt: false), .long),
        ("\u{1B}[……", .afterAlt(0x5B), nil),
        ("\u{1B}[1", .control(isAlt: false), nil),
        ("\u{1B}[M", .oldMouse, nil),
        ("\u{1B}[[", .console(isAlt: false), nil),
        ("\u{1B}O", .single(isAlt: false), .long),
        ("\u{1B}]", .string(isEmpty: true), .long),
        ("\u{1B}]1", .string(isEmpty: false), nil),
        ("\u{1B}]1\u{1B}", .stringEscape, .long),
        ("\u{1B}]1\u{1B}……", .afterStringEscape, nil),
        ("\u{1B}[200~a", .paste(isStalled: false), .long),
        ("\u{1B}[200~a……", .paste(isStalled: true), nil),
    ])
    func `every state waits for what it says`(
        _ script: String, _ state: InputParser.State, _ awaited: InputParser.Pause?
    ) {
        var parser = InputParser()
        // … is a short pause, …… a long one.
        let text = script.replacing("……", with: "\u{2}")
        for character in text {
            switch character {
            case "…": _ = parser.settle(.short)
            case "\u{2}": _ = parser.settle(.long)
            default: _ = parser.feed(String(character).utf8)
            }
        }
        #expect(parser.state == state)
        #expect(parser.awaited == awaited)
    }
}
