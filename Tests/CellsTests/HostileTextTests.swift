import Cells
import Testing

/// What a model wrote never reaches a terminal as anything but printable text (docs/codebase.md).
struct HostileTextTests {
    @Test(arguments: [
        ("\u{1B}[31mred\u{1B}[0m", "␛[31mred␛[0m"),
        ("\u{1B}]0;title\u{07}", "␛]0;title␇"),
        ("\u{9B}2J", "�2J"),
        ("a\u{0}b\u{7F}", "a␀b␡"),
        ("one\ntwo\r\nthree\u{2028}four\u{85}", "one↵two↵three↵four↵"),
        ("a\tb", "a b"),
        ("user\u{202E}txt.exe", "user�txt.exe"),
        ("\u{2066}x\u{2069}\u{200F}", "�x��"),
        ("zero\u{200B}width\u{FEFF}", "zero·width·"),
        ("hi\u{E0041}\u{E0042}\u{E0043}!", "hi�!"),
        ("\u{F8FF}\u{10FFFF}\u{378}\u{FFFF}", "����"),
        ("\u{301}x", "◌\u{301}x"),
        ("soft\u{AD}hyphen", "soft·hyphen"),
    ])
    func `harmful scalars are shown as signs`(_ text: String, _ shown: String) {
        var grid = Grid(size: Size(width: 40, height: 1))
        grid.write(text, at: Point(x: 0, y: 0))
        #expect(Array(grid.text.utf8) == Array(shown.utf8))
        #expect(Array(harmlessText(text).utf8) == Array(shown.utf8))
    }

    @Test func `no scalar of Unicode puts a control, a format sign or half a character into a cell`() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let cell = Cell(Character(scalar))
            guard cell.width == 1 || cell.width == 2 else {
                Issue.record("U+\(String(value, radix: 16)) has no width")
                return
            }
            for shown in cell.text.unicodeScalars {
                let category = shown.properties.generalCategory
                let isHarmful =
                    category == .control || category == .lineSeparator || category == .paragraphSeparator
                    || category == .privateUse || category == .surrogate || isInvisible(shown)
                if isHarmful { Issue.record("U+\(String(value, radix: 16)) is shown as \(shown.value)") }
            }
        }
    }

    /// Format characters change what others look like; left are visible ones (Arabic number signs) and the joiners, which
    /// stand only between letters or emoji.
    private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.properties.generalCategory == .format else { return false }
        switch scalar.value {
        case 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD, 0x13430...0x1343F: return false
        case 0x200C, 0x200D: return false
        default: return true
        }
    }

    @Test func `random bytes keep the grid sound`() {
        var generator = Splitmix(state: 20_261_123)
        for round in 0..<400 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                Bool.random(using: &generator) ? UInt8.random(in: 0...255, using: &generator) : 0xE2
            }
            let text = String(decoding: bytes, as: UTF8.self)
            var grid = Grid(size: Size(width: 17, height: 1))
            let x = Int.random(in: -5...18, using: &generator)
            let used = grid.write(
                text, at: Point(x: x, y: 0), maxWidth: Int.random(in: 0...20, using: &generator),
                overflow: round % 2 == 0 ? .ellipsis : .clip)
            #expect(used >= 0 && used <= 20)
            expectSound(grid)
        }
    }
}

/// Every wide cell has its continuation and every continuation its wide cell.
func expectSound(_ grid: Grid, sourceLocation: SourceLocation = #_sourceLocation) {
    for y in 0..<grid.size.height {
        var x = 0
        while x < grid.size.width {
            let cell = grid[x, y]
            #expect(!cell.isContinuation, "column \(x), row \(y)", sourceLocation: sourceLocation)
            if cell.width == 2 {
                #expect(x + 1 < grid.size.width && grid[x + 1, y].isContinuation, sourceLocation: sourceLocation)
            }
            x += max(1, cell.width)
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
