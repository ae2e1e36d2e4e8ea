import Cells
import Testing

@testable import NcursesTerminal

struct InputParserTests {
    private func events(_ text: String, _ parser: InputParser = InputParser()) -> [InputEvent] {
        var parser = parser
        return parser.feed(text.utf8) + parser.settle()
    }

    @Test(arguments: [
        ("a", "a"), ("日", "日"), ("\r", "Enter"), ("\t", "Tab"), ("\u{1B}", "Esc"), ("\u{7F}", "BSpace"), (" ", "Space"),
        ("\u{1}", "C-a"), ("\u{1A}", "C-z"), ("\u{0}", "C-Space"), ("\u{1C}", "C-\\"), ("\n", "C-j"), ("\u{8}", "C-h"),
        ("\u{1B}x", "M-x"), ("\u{1B}日", "M-日"), ("\u{1B}\r", "M-Enter"), ("\u{1B}\u{7F}", "M-BSpace"),
        ("\u{1B}[", "M-["), ("\u{1B}O", "M-O"), ("\u{1B}]", "M-]"), ("\u{1B}P", "M-P"),
        ("\u{1B}[A", "Up"), ("\u{1B}OA", "Up"), ("\u{1B}[Z", "BTab"), ("\u{1B}[H", "Home"), ("\u{1B}OF", "End"),
        ("\u{1B}[1;5C", "C-Right"), ("\u{1B}[1;2A", "S-Up"), ("\u{1B}[1;3D", "M-Left"), ("\u{1B}[1;8B", "C-M-S-Down"),
        ("\u{1B}[5~", "PgUp"), ("\u{1B}[6;5~", "C-PgDn"), ("\u{1B}[3~", "Del"), ("\u{1B}[2~", "Ins"),
        ("\u{1B}[1~", "Home"),
        ("\u{1B}[7~", "Home"), ("\u{1B}[8~", "End"), ("\u{1B}OP", "F1"), ("\u{1B}[[E", "F5"), ("\u{1B}[15~", "F5"),
        ("\u{1B}[24~", "F12"), ("\u{1B}[1;2P", "S-F1"), ("\u{1B}[1;2R", "S-F3"), ("\u{1B}OM", "Enter"),
        ("\u{1B}\u{1B}[A", "M-Up"), ("\u{1B}[97;5u", "C-a"), ("\u{1B}[97;2u", "A"), ("\u{1B}[13;2u", "S-Enter"),
        ("\u{1B}[27;5;13~", "C-Enter"), ("\u{1B}[9;2u", "BTab"), ("\u{1B}[27u", "Esc"),
    ])
    func `keys`(_ bytes: String, _ notation: String) throws {
        #expect(events(bytes) == [.key(try #require(Key(notation)))])
        // Byte by byte it is the same, as long as the bytes come in time.
        var parser = InputParser()
        var slowly: [InputEvent] = []
        for byte in bytes.utf8 { slowly += parser.feed([byte]) }
        #expect(slowly + parser.settle() == [.key(try #require(Key(notation)))])
        #expect([nil, .long].contains(parser.awaited) && parser.settle(.long) == [])
    }

    @Test func `keys one after another`() {
        #expect(
            events("a\u{1B}[Bq\u{1B}") == [.key(.character("a")), .key(.down), .key(.character("q")), .key(.escape)])
        #expect(events("\u{1B}\u{1B}") == [.key(.escape), .key(.escape)])
        #expect(events("\u{1B}\u{1B}x") == [.key(.escape), .key(.alt("x"))])
    }

    @Test(arguments: [
        ("\u{1B}[<0;5;7M", MouseEvent(.press(.left), at: Point(x: 4, y: 6))),
        ("\u{1B}[<0;5;7m", MouseEvent(.release(.left), at: Point(x: 4, y: 6))),
        ("\u{1B}[<2;1;1M", MouseEvent(.press(.right), at: Point(x: 0, y: 0))),
        ("\u{1B}[<33;300;100M", MouseEvent(.drag(.middle), at: Point(x: 299, y: 99))),
        ("\u{1B}[<64;3;3M", MouseEvent(.wheel(-1), at: Point(x: 2, y: 2))),
        ("\u{1B}[<81;3;3M", MouseEvent(.wheel(1), at: Point(x: 2, y: 2), modifiers: .control)),
        ("\u{1B}[M !!", MouseEvent(.press(.left), at: Point(x: 0, y: 0))),
    ])
    func `the mouse`(_ bytes: String, _ event: MouseEvent) {
        #expect(events(bytes) == [.mouse(event)])
    }

    @Test func `moves without a button and impossible reports are left out`() {
        #expect(events("\u{1B}[<35;5;7M\u{1B}[<0;0;0M\u{1B}[<0;5M\u{1B}[<66;1;1M\u{1B}[<;;M") == [])
    }

    @Test func `a paste is one event whatever is in it`() {
        #expect(
            events("\u{1B}[200~q\u{1B}[A\u{3}日\r\nx\ry\u{1B}[201~z") == [
                .paste("q\u{1B}[A\u{3}日\nx\ny"), .key(.character("z")),
            ])
        #expect(events("\u{1B}[200~\u{1B}[201~") == [.paste("")])
    }

    @Test func `a paste in pieces is one event, and a pause does not end it`() {
        var parser = InputParser()
        var all: [InputEvent] = []
        for piece in ["\u{1B}[20", "0~one\u{1B}", "[2", "x \u{1B}[201", "~"] {
            all += parser.feed(piece.utf8)
            if piece.hasPrefix("0~") { all += parser.settle() }
        }
        #expect(all == [.paste("one\u{1B}[2x ")])
    }

    @Test func `focus comes and goes`() {
        #expect(events("\u{1B}[I\u{1B}[O") == [.focus(true), .focus(false)])
    }

    @Test(arguments: [
        "\u{1B}[?1;2c", "\u{1B}[>0;276;0c", "\u{1B}[12;40R", "\u{1B}]10;rgb:0000/0000/0000\u{7}",
        "\u{1B}]11;rgb:00/zz/00\u{7}", "\u{1B}]11;rgb:00/00\u{7}", "\u{1B}]11;rgb:+1/00/00\u{1B}\\",
        "\u{1B}P1$r0m\u{1B}\\",
        "\u{1B}[?2026;2$y", "\u{1B}_Gi=1;OK\u{1B}\\", "\u{1B}[99~", "\u{1B}[1;5X", "\u{1B}O9", "\u{1B}[57441;5u",
    ])
    func `answers and unknown sequences are swallowed whole`(_ bytes: String) {
        #expect(events(bytes + "q") == [.key(.character("q"))])
    }

    @Test(arguments: [
        ("rgb:ffff/0000/8080\u{7}", Color(red: 255, green: 0, blue: 128)),
        ("rgb:ff/00/80\u{1B}\\", Color(red: 255, green: 0, blue: 128)),
        ("rgb:f/0/8\u{7}", Color(red: 255, green: 0, blue: 136)),
        ("rgba:0000/ffff/0000/8000\u{7}", Color(red: 0, green: 255, blue: 0)),
    ])
    func `the background's colour is told in every way terminals write it`(_ answer: String, _ color: Color) {
        #expect(events("\u{1B}]11;" + answer + "q") == [.background(color), .key(.character("q"))])
    }

    @Test func `broken UTF-8 and broken sequences cost no key after them`() {
        var parser = InputParser()
        #expect(parser.feed([0xFF, 0xC3, 0x28, 0xE2, 0x82, 0x61]) == [.key(.character("(")), .key(.character("a"))])
        #expect(parser.feed([0xF0, 0x9F]) == [])
        #expect(parser.settle() == [])
        #expect(parser.feed([0x1B, 0x5B, 0x31, 0x3B, 0x0D]) == [.key(.enter)])
        #expect(parser.feed(Array("q".utf8)) == [.key(.character("q"))])
    }

    @Test func `the terminal's own sequences come first`() {
        let own = InputParser(
            sequences: [Array("\u{1B}[A".utf8): .end, Array("\u{1B}[25^".utf8): Key(.function(3))], erase: 8)
        #expect(events("\u{1B}[A\u{1B}[25^\u{8}", own) == [.key(.end), .key(Key(.function(3))), .key(.backspace)])
    }

    @Test func `random bytes never stop it`() {
        var generator = Splitmix(state: 3)
        for _ in 0..<2000 {
            var parser = InputParser()
            let bytes = (0..<40).map { _ in
                Bool.random(using: &generator)
                    ? UInt8.random(in: 0...255, using: &generator)
                    : Array("\u{1B}[<O;1M~2u".utf8).randomElement(using: &generator) ?? 0
            }
            _ = parser.feed(bytes) + parser.settle()
            _ = parser.feed(Array("\u{1B}[201~".utf8)) + parser.settle()
            #expect(parser.feed([0x71]).last == .key(.character("q")), "\(bytes)")
        }
    }
}

/// A generator that gives the same numbers in every run.
struct Splitmix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
